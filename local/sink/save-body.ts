import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes a batch's body to a directory, as a file named by the batch; ids from elsewhere do not choose paths. */
export const saveBody = async (directory: string, batchId: string, body: Buffer): Promise<void> => {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${batchId.replaceAll(/[^\w-]/g, "_").slice(0, 100)}.json`), body);
};
