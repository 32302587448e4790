/**
 * Runs at the end of `npm ci`, for what the first `npm run dev` would wait for: synthesises the stack for the local runtime,
 * and has Node compile its code. Nothing depends on it. What goes wrong here goes wrong there, too, and is told there.
 */
try {
  // Not at the top: an older Node has no such export, and would fail before it could be forgiven.
  const { enableCompileCache } = await import("node:module");
  const { compileCacheDir } = await import("../emulator/compile-cache.ts");
  enableCompileCache(compileCacheDir);
  const { synthesise } = await import("../local/synthesise.ts");
  await Promise.all([synthesise(), import("../local/start-dev.ts")]);
} catch {
  // For example without the packages for development, or under a Node that takes no TypeScript.
}
