import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Site } from "./handler.ts";

/** The built console in a folder, each file with its compressed copy. What has been read is kept: it never changes. */
export const siteIn = (directory: string): Site => {
  const contents = new Map<string, Promise<Buffer | undefined>>();
  return {
    read: (path) => {
      const known = contents.get(path);
      if (known !== undefined) return known;
      const content = readFile(join(directory, `${path}.gz`)).catch((error: unknown) => {
        contents.delete(path);
        if ((error as { readonly code?: string }).code === "ENOENT") return undefined;
        throw error;
      });
      contents.set(path, content);
      return content;
    },
  };
};
