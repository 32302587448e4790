/**
 * Does what a page says: the blocks that are marked for it, in their order, in a copy of the project.
 *
 * ```sh run                          runs to its end, which must be a good one
 * ```sh run again                    the same, again and again until it prints what the next block expects
 * ```sh terminal=NAME port=8080      keeps running in a terminal of its own; ready when the port takes connections
 * ```sh terminal=NAME until=TEXT     the same; ready when the text is printed
 * ```js file=NAME, json file=NAME    is written to the file
 * ```text expect                     is printed by the block before, in any terminal, now or soon; … stands for anything
 *
 * The same terminal named again stands for stopping its program first. Other blocks are not done.
 */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../tidepost.ts";
import type { Block } from "./read-page.ts";
import { exportedFile, openTerminals, type Terminals } from "./terminals.ts";

/** Ports that pages name; each stands for a free one. */
const pagePorts = [4010, 4011, 4566, 8080, 8081] as const;

/** How long a page waits for what is to come. */
const defaultLimitMs = 240_000;

export interface PageRun {
  /** Everything that was printed. */
  readonly printed: () => string;
  /** How many blocks were done. */
  readonly done: number;
  readonly expect: Terminals["expect"];
  readonly close: () => Promise<void>;
}

export interface PageOptions {
  /** How long a page waits for what is to come. @default 240,000 */
  readonly limitMs?: number;
  /** Where the page runs. @default terminals of its own, and free ports */
  readonly desk?: Desk;
  /**
   * Commands, word for word, whose effect is had at less cost.
   * @default none
   */
  readonly shortcuts?: ReadonlyMap<string, () => Promise<unknown>>;
}

/** Terminals in a folder, and the ports that stand for those of the pages: several pages may run there in turn. */
export interface Desk {
  readonly terminals: Terminals;
  readonly ports: ReadonlyMap<string, number>;
}

/** Opens terminals in a folder, with free ports. */
export const openDesk = async (folder: string, limitMs = defaultLimitMs): Promise<Desk> => {
  const ports = new Map<string, number>();
  for (const port of pagePorts) ports.set(String(port), await freePort());
  return { terminals: openTerminals(folder, limitMs), ports };
};

/** Does a page's blocks in a folder. */
export const runPage = async (
  blocks: readonly Block[],
  folder: string,
  { limitMs, desk, shortcuts }: PageOptions = {},
): Promise<PageRun> => {
  const { ports, terminals } = desk ?? (await openDesk(folder, limitMs));
  await rm(join(folder, exportedFile), { force: true });
  const actual = (text: string): string =>
    text
      .replaceAll(/\b\d{4}\b/g, (number) => String(ports.get(number) ?? number))
      .replaceAll(/^npm run dev --/gm, `npm run dev -- --port ${ports.get("4010")}`);

  /** Does once more what the block before did. */
  let again: (() => Promise<unknown>) | undefined;
  const perform = async ({ language, marks, text }: Block): Promise<boolean> => {
    const script = actual(text);
    const { file, terminal, until, port } = marks;
    const repeat = again;
    again = undefined;
    if (file !== undefined) await writeFile(join(folder, file), script);
    else if (terminal !== undefined) {
      await terminals.open(terminal, script, {
        text: until,
        port: port === undefined ? undefined : Number(actual(port)),
      });
    } else if (language === "sh" && marks["run"] !== undefined) {
      await (shortcuts?.get(text)?.() ?? terminals.run(script));
      if (marks["again"] !== undefined) again = async () => await terminals.run(script);
    } else if (marks["expect"] !== undefined) await terminals.expect(partsOf(script), repeat);
    else return false;
    return true;
  };

  let done = 0;
  try {
    for (const block of blocks) {
      const isDone = await perform(block).catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`The block at line ${block.line} failed: ${message}`, { cause: error });
      });
      if (isDone) done += 1;
    }
  } catch (error) {
    await terminals.close();
    throw error;
  }
  return { printed: terminals.printed, done, expect: terminals.expect, close: terminals.close };
};

/** What lies between the gaps of an expected output. */
const partsOf = (text: string): readonly string[] =>
  text
    .split(/…|\n/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
