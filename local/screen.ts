import type { Writable } from "node:stream";
import type { DevFact } from "./dev-fact.ts";
import { factLines, type TextOptions } from "./fact-text.ts";

/** Where `npm run dev` tells what happens. */
export interface Screen {
  readonly tell: (fact: DevFact) => void;
  /** Replaces the line at the end by what is being done; only where somebody watches. */
  readonly doing: (text: string) => void;
}

interface ScreenOptions extends TextOptions {
  readonly output: Writable;
  /** One JSON object a line instead of text. */
  readonly json: boolean;
  /** Whether somebody watches. */
  readonly isTerminal: boolean;
}

const clearLine = "\r\u001B[2K";
const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A fact as JSON has it, with the API's way to write names. */
const factJson = (fact: DevFact, now: number): string =>
  JSON.stringify({
    at: new Date(now).toISOString(),
    ...Object.fromEntries(
      Object.entries(fact).map(([name, value]) => [
        snake(name.replace(/^is([A-Z])/, "$1")).replace(/^_/, ""),
        value as unknown,
      ]),
    ),
  });

/** Creates the screen. Problems are told on it, too: they belong between what happened before and after. */
export const createScreen = (options: ScreenOptions): Screen => {
  const { output, json, isTerminal, now } = options;
  let isDoing = false;
  const clear = (): void => {
    if (isDoing) output.write(clearLine);
    isDoing = false;
  };
  return {
    tell: (fact) => {
      clear();
      if (json) output.write(`${factJson(fact, now())}\n`);
      else for (const line of factLines(fact, options)) output.write(`${line}\n`);
    },
    doing: (text) => {
      if (!isTerminal || json) return;
      clear();
      output.write(`  … ${text}`);
      isDoing = true;
    },
  };
};
