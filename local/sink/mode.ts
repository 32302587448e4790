import * as z from "zod";
import { count } from "#shared/text/numbers.ts";

const delay = (defaultMs: number) => z.number().int().min(0).max(600_000).default(defaultMs);

/** Longer than the six seconds that a target has to answer. */
const tooLateMs = 7_000;

const modes = [
  z.strictObject({ mode: z.literal("ok") }),
  z.strictObject({ mode: z.literal("slow"), delay_ms: delay(tooLateMs) }),
  z.strictObject({ mode: z.literal("500") }),
  z.strictObject({
    mode: z.literal("flaky"),
    fail: z.number().min(0).max(1).default(0.3),
    seed: z.number().int().min(0).max(0xffff_ffff).default(1),
  }),
  z.strictObject({ mode: z.literal("reset") }),
  z.strictObject({ mode: z.literal("hang") }),
  z.strictObject({ mode: z.literal("413"), max_bytes: z.number().int().min(0).default(1_000_000) }),
  z.strictObject({ mode: z.literal("redirect") }),
  z.strictObject({ mode: z.literal("first-n"), n: z.number().int().min(1).max(1_000).default(3) }),
  z.strictObject({ mode: z.literal("auth"), token: z.string().min(1).max(1_024) }),
  z.strictObject({ mode: z.literal("duplicate"), delay_ms: delay(tooLateMs) }),
] as const;

const sinkMode = z.discriminatedUnion("mode", modes);

/** How a sink treats what it gets. */
export type SinkMode = z.output<typeof sinkMode>;
/** A mode as it is asked for, without what has a default. */
export type WantedSinkMode = z.input<typeof sinkMode>;

export const sinkModeNames: readonly SinkMode["mode"][] = modes.map(({ shape }) => shape.mode.value);

/** A mode that a sink does not have, or a setting that the mode does not take. */
export class SinkModeError extends Error {
  override readonly name = "SinkModeError";
}

/** Reads a mode, as JSON has it, and completes it; throws a `SinkModeError` that names what is wrong. */
export const readSinkMode = (wanted: unknown): SinkMode => {
  const read = sinkMode.safeParse(wanted);
  if (read.success) return read.data;
  const { mode } = (typeof wanted === "object" && wanted !== null ? wanted : {}) as { readonly mode?: unknown };
  if (!sinkModeNames.some((name) => name === mode)) {
    const sent = mode === undefined ? "no 'mode'" : `the mode ${JSON.stringify(mode)}`;
    throw new SinkModeError(`There is ${sent}; a sink has ${sinkModeNames.join(", ")}.`);
  }
  const problems = read.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(": "));
  throw new SinkModeError(`The mode '${String(mode)}' was not set. ${problems.join("; ")}`);
};

const seconds = (ms: number): string => `${ms / 1_000} s`;

/** What a sink in this mode does, as the end of "sink now …". */
export const describeMode = (mode: SinkMode): string => {
  switch (mode.mode) {
    case "ok":
      return "answers 200";
    case "slow":
      return `answers 200 after ${seconds(mode.delay_ms)}`;
    case "500":
      return "answers 500";
    case "flaky":
      return `answers 500 to ${Math.round(mode.fail * 100)} % of requests`;
    case "reset":
      return "resets connections in mid-request";
    case "hang":
      return "never answers";
    case "413":
      return `answers 413 to more than ${count(mode.max_bytes)} bytes`;
    case "redirect":
      return "answers 302";
    case "first-n":
      return `answers 500 to the first ${mode.n === 1 ? "attempt" : `${mode.n} attempts`} of each batch`;
    case "auth":
      return "answers 401 without the right token";
    case "duplicate":
      return `keeps each batch, but answers after ${seconds(mode.delay_ms)}: it comes again`;
  }
};

/** A mode without the token that it wants. */
export const shown = (mode: SinkMode): object => (mode.mode === "auth" ? { mode: mode.mode } : mode);
