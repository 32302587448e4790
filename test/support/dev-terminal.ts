import { PassThrough } from "node:stream";
import type { DevOptions } from "../../local/options.ts";
import { type Dev, startDev } from "../../local/start-dev.ts";

/** `npm run dev` inside the test's process, in a terminal that the test holds. */
export interface DevTerminal {
  /** What the screen shows so far, line by line. */
  readonly lines: () => readonly string[];
  /** The same without what differs from run to run. */
  readonly record: () => readonly string[];
  readonly press: (keys: string) => void;
  readonly dev: Dev;
}

const options: DevOptions = {
  port: 0,
  sinkPort: 0,
  window: 1,
  retryScale: 60,
  key: "local-key",
  strictTargets: false,
  ses: false,
  demo: true,
  rate: 10,
  mix: "campaign",
  json: false,
  verbose: false,
};

const clearLine = "\r\u001B[2K";

/** Replaces times, ids, ports, numbers and lists of types. */
const normalised = (line: string): string =>
  line
    .replaceAll(/^\d\d:\d\d:\d\dZ/g, "TIME")
    .replaceAll(/\b[0-9a-f]{4}…/g, "ID")
    .replaceAll(/127\.0\.0\.1:\d+/g, "HOST")
    .replace(/(?<= {3})(?!attempt )(?:[a-z_]+ \d+(?: · )?)+/, "TYPES")
    .replaceAll(/\d+ (function|table|stream|queue|bucket)s?/g, "N $1s")
    .replace(/^tidepost \S+/, "tidepost VERSION")
    .replaceAll(/\d+:\d\d/g, "M:SS")
    .replaceAll(/\d+(?:\.\d+)? (?:ms|s)\b/g, "N s")
    .replaceAll(/\b\d[\d,]* events?\b/g, "N events");

/** Starts it. */
export const startDevTerminal = async (
  changed: Partial<DevOptions> = {},
  { isTTY = true, interrupt = () => undefined }: { readonly isTTY?: boolean; readonly interrupt?: () => void } = {},
): Promise<DevTerminal> => {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  let text = "";
  output.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const lines = (): readonly string[] => {
    const parts = text.split(clearLine);
    // What was being done is replaced by what comes after it.
    return [...parts.slice(0, -1).map((part) => part.slice(0, part.lastIndexOf("\n") + 1)), parts.at(-1) ?? ""]
      .join("")
      .split("\n");
  };
  const io = { input, output, env: { NO_COLOR: "1" }, startedAt: performance.now(), interrupt };
  const dev = await startDev({ ...options, ...changed }, io);
  return {
    lines,
    record: () => lines().map((line) => normalised(line)),
    press: (keys) => void input.write(keys),
    dev,
  };
};
