/**
 * `npm run warm`, which `npm ci` runs at its end: synthesises the stack for the local runtime, and has Node compile its code,
 * so that the first `npm run dev` need not wait for either. Nothing depends on it, and it never fails: what goes wrong here
 * goes wrong there, too, and is reported there.
 */
const say = (text) => process.stderr.write(`tidepost: ${text}\n`);
try {
  say("synthesising the stack ahead of the first npm run dev (npm run warm)");
  // Not at the top: an older Node has no such export, and would fail before it could be forgiven.
  const { enableCompileCache } = await import("node:module");
  const { compileCacheDir } = await import("../emulator/compile-cache.ts");
  enableCompileCache(compileCacheDir);
  const { synthesise } = await import("../local/synthesise.ts");
  await Promise.all([synthesise(), import("../local/start-dev.ts")]);
} catch (error) {
  // For example without the packages for development, or under a Node that takes no TypeScript.
  const [reason] = String(error instanceof Error ? error.message : error).split("\n");
  say(`left out, the first npm run dev does it: ${reason}`);
}
