import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** Budget of what a browser loads before it shows the first page, compressed. */
export const maxInitialBytes = 650 * 1024;

const compress = (content: Buffer): Promise<Buffer> =>
  promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION });

/** Files of the first load: the document, and the entry with all that it imports at once. */
export const initialFiles = (bundle: Rolldown.OutputBundle): ReadonlySet<string> => {
  const files = new Set<string>();
  const add = (name: string): void => {
    if (files.has(name)) return;
    files.add(name);
    const output = bundle[name];
    if (output?.type !== "chunk") return;
    for (const imported of output.imports) add(imported);
    for (const style of output.viteMetadata?.importedCss ?? []) add(style);
  };
  for (const output of Object.values(bundle)) {
    if (output.fileName.endsWith(".html") || (output.type === "chunk" && output.isEntry)) add(output.fileName);
  }
  return files;
};

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} KB`;

/**
 * Puts a compressed copy beside every file, which is what the function sends, and fails the build when the first load is
 * over its budget.
 */
export const compressedSite = (): Plugin => ({
  name: "compressed-site",
  apply: "build",
  writeBundle: {
    sequential: true,
    async handler({ dir = "dist" }, bundle) {
      const initial = initialFiles(bundle);
      let initialBytes = 0;
      let allBytes = 0;
      for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const compressed = await compress(await readFile(path));
        await writeFile(`${path}.gz`, compressed);
        allBytes += compressed.length;
        if (initial.has(path.slice(dir.length + 1).replaceAll("\\", "/"))) initialBytes += compressed.length;
      }
      const figures = `first load ${kilobytes(initialBytes)} of ${kilobytes(maxInitialBytes)}, all pages ${kilobytes(allBytes)}, compressed`;
      if (initialBytes > maxInitialBytes) throw new Error(`The console is too large: ${figures}.`);
      this.info(figures);
    },
  },
});
