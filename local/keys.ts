import type { Readable } from "node:stream";
import { readSinkMode, type SinkMode, type WantedSinkMode } from "./sink/mode.ts";

/** What a key of `npm run dev` asks for. */
export type KeyAction =
  | { readonly kind: "sink"; readonly mode: SinkMode }
  | { readonly kind: "faster" | "slower" | "pause" | "replay" | "help" | "quit" | "interrupt" };

/** Bytes that a batch of a few events exceeds, so that 413 shows how it is split. */
const smallBodyBytes = 4_000;

const sinkKeys: readonly (readonly [key: string, label: string, wanted: WantedSinkMode])[] = [
  ["o", "ok", { mode: "ok" }],
  ["5", "500s", { mode: "500" }],
  ["s", "slow", { mode: "slow" }],
  ["f", "flaky", { mode: "flaky" }],
  ["x", "reset", { mode: "reset" }],
  ["h", "hang", { mode: "hang" }],
  ["4", "413", { mode: "413", max_bytes: smallBodyBytes }],
  ["r", "redirect", { mode: "redirect" }],
  ["n", "first-n", { mode: "first-n", n: 2 }],
  ["a", "auth", { mode: "auth", token: "a-token-that-the-webhook-does-not-send" }],
  ["d", "duplicate", { mode: "duplicate" }],
];

/** Labels of keys that fit into a line of a terminal with 80 columns. */
const labelsInLine = 7;
const labels = sinkKeys.map(([key, label]) => `${key} ${label}`);

/** Keys that work on the sink, and those that work on the generator, as lines. */
export const sinkKeysLines = [
  `Break it:  ${labels.slice(0, labelsInLine).join("   ")}`,
  `           ${labels.slice(labelsInLine).join("   ")}`,
];
export const generatorKeysText = "Generator:  + faster  - slower  p pause  R replay last minute  ? help  q quit";

const others: Readonly<Record<string, Exclude<KeyAction, { kind: "sink" }>["kind"]>> = {
  "+": "faster",
  "=": "faster",
  "-": "slower",
  p: "pause",
  R: "replay",
  "?": "help",
  q: "quit",
  "\u0003": "interrupt",
};

/** What a key asks for; undefined for one without meaning. */
export const actionOfKey = (key: string, { hasSink }: { readonly hasSink: boolean }): KeyAction | undefined => {
  const [, , wanted] = sinkKeys.find(([name]) => name === key) ?? [];
  if (wanted !== undefined) return hasSink ? { kind: "sink", mode: readSinkMode(wanted) } : undefined;
  const kind = Object.hasOwn(others, key) ? others[key] : undefined;
  return kind === undefined ? undefined : { kind };
};

/** A terminal's input. */
export interface KeyInput extends Readable {
  readonly isTTY?: boolean;
  readonly setRawMode?: (isRaw: boolean) => unknown;
}

/** Reads keys one by one, without waiting for Enter; returns what ends it. */
export const readKeys = (input: KeyInput, onKey: (key: string) => void): (() => void) => {
  const onData = (chunk: Buffer | string): void => {
    for (const key of chunk.toString()) onKey(key);
  };
  input.setRawMode?.(true);
  input.on("data", onData);
  input.resume();
  return () => {
    input.off("data", onData);
    input.setRawMode?.(false);
    input.pause();
  };
};
