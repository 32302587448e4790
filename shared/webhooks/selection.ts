import { createHmac } from "node:crypto";
import { type FieldPath, alwaysKept, namesOf } from "#shared/contract/api/webhook-filter.ts";
import type { FieldSelection } from "#shared/contract/api/webhook-selection.ts";
import { byte, skipPlain, skipWhitespace } from "#shared/events/scan-json.ts";
import { type EventSpan, bytesOf } from "#shared/events/span.ts";
import { asWritten, parseNumbers } from "#shared/text/json.ts";

/** What becomes of a member of an object. */
type Step = "keep" | "drop" | "hash" | Plan;

/** What becomes of the members of an object. */
interface Plan {
  readonly named: Map<string, Step>;
  /** Of all others. */
  readonly others: Exclude<Step, "hash">;
  /** Of a value that has no members where the plan expects some: it may hold what the plan is for. */
  readonly misfit: Exclude<Step, Plan>;
}

/** How many times as long hashes may make an event: for `"x":1,` stands a hash of 64 digits in quotes. */
export const maxHashGrowth = 12;

interface SelectionRules {
  readonly fields: FieldSelection | undefined;
  /** Fields that are hashed as far as they are selected. */
  readonly mask: readonly FieldPath[] | undefined;
  /** By which values are hashed. */
  readonly maskKey: string;
}

/**
 * Compiles a selection into a function that writes an event anew. What is kept keeps its bytes, so that numbers, names that
 * come twice and escapes are as they were. The event must be JSON.
 */
export const compileSelection = ({ fields, mask, maskKey }: SelectionRules): ((event: EventSpan) => Buffer) => {
  const selected = fields === undefined ? [] : [planOf(fields)];
  const masked = mask === undefined ? [] : [planWith(mask, "hash", "keep")];
  const plans = [...selected, ...masked].map(inEnvelope);
  const hash = (text: string): string => createHmac("sha256", maskKey).update(text).digest("hex");
  return (event) =>
    plans.reduce((text, plan) => {
      const output = createOutput(text);
      writeMembers({ text, output, hash }, skipWhitespace(text, 0), plan);
      return output.end();
    }, bytesOf(event));
};

/** The fields stand under the one class of the envelope, which has nothing else that a selection would keep. */
const inEnvelope = (others: Plan): Plan => ({
  named: new Map([["msys", { named: new Map(), others, misfit: "drop" }]]),
  others: "drop",
  misfit: "drop",
});

const planOf = (fields: FieldSelection): Plan =>
  "include" in fields
    ? planWith([...fields.include, alwaysKept], "keep", "drop")
    : planWith(fields.exclude, "drop", "keep");

const planWith = (paths: readonly FieldPath[], step: "keep" | "drop" | "hash", others: "keep" | "drop"): Plan => {
  const plan: Plan = { named: new Map(), others, misfit: step === "keep" ? "drop" : step };
  for (const path of paths) put(plan, namesOf(path), step);
  return plan;
};

/** Notes what becomes of a place, and of all that is in it. */
const put = (plan: Plan, [name = "", ...inside]: readonly string[], step: "keep" | "drop" | "hash"): void => {
  const found = plan.named.get(name);
  if (found === step) return;
  if (inside.length === 0) {
    plan.named.set(name, step);
    return;
  }
  const within = typeof found === "object" ? found : { ...plan, named: new Map<string, Step>() };
  plan.named.set(name, within);
  put(within, inside, step);
};

/** Gathers what is written of a text. Places that are kept one behind another are one piece, as most of them are. */
const createOutput = (text: Buffer) => {
  const pieces: Buffer[] = [];
  let keptFrom = 0;
  let keptEnd = 0;
  const endPiece = (): void => {
    if (keptEnd > keptFrom) pieces.push(text.subarray(keptFrom, keptEnd));
  };
  return {
    keep: (from: number, end: number): void => {
      if (from !== keptEnd) {
        endPiece();
        keptFrom = from;
      }
      keptEnd = end;
    },
    put: (other: string): void => {
      endPiece();
      pieces.push(Buffer.from(other));
      keptFrom = keptEnd;
    },
    end: (): Buffer => {
      endPiece();
      return Buffer.concat(pieces);
    },
  };
};

interface Writing {
  readonly text: Buffer;
  readonly output: ReturnType<typeof createOutput>;
  readonly hash: (text: string) => string;
}

/**
 * Writes the object or list that begins at a place; returns the place behind it. A plan for an object is one for each object of
 * a list, too.
 */
const writeMembers = (writing: Writing, from: number, plan: Plan): number => {
  const { text, output } = writing;
  const hasNames = text[from] === byte.openBrace;
  const closing = hasNames ? byte.closeBrace : byte.closeBracket;
  output.keep(from, from + 1);
  let commaAt = from;
  let isFirst = true;
  let at = skipWhitespace(text, from + 1);
  while (at < text.length && text[at] !== closing) {
    const nameEnd = hasNames ? endOfString(text, at) : at;
    const value = hasNames ? skipWhitespace(text, skipWhitespace(text, nameEnd) + 1) : at;
    const planned = hasNames ? (plan.named.get(stringIn(text, at, nameEnd)) ?? plan.others) : plan;
    const step = stepFor(planned, text, value);
    let end = value;
    if (step === "drop") end = endOfValue(text, value);
    else {
      if (!isFirst) output.keep(commaAt, commaAt + 1);
      isFirst = false;
      output.keep(at, value);
      end = writeValue(writing, value, step);
    }
    at = skipWhitespace(text, end);
    if (text[at] === byte.comma) {
      commaAt = at;
      at = skipWhitespace(text, at + 1);
    }
  }
  output.keep(at, at + 1);
  return at + 1;
};

/**
 * What becomes of a value: where a plan finds no members, nothing goes out that the plan may be for. A list is hashed as a
 * whole when it holds anything but objects: hashes of short values would make it many times as long.
 */
const stepFor = (step: Step, text: Buffer, at: number): Step => {
  if (typeof step !== "object" || text[at] === byte.openBrace) return step;
  if (text[at] === byte.openBracket) return step.misfit === "hash" && holdsScalar(text, at) ? "hash" : step;
  return text[at] === firstOfNull ? stepFor(step.others, text, at) : step.misfit;
};

const firstOfNull = 0x6e;

/** Whether the list that begins at a place, or a list in it, holds a value that is no object and not null. */
const holdsScalar = (text: Buffer, from: number): boolean => {
  let depth = 0;
  let at = from;
  do {
    const found = text[at] ?? 0;
    if (found === byte.openBrace || found === firstOfNull) {
      at = endOfValue(text, at);
      continue;
    }
    if (found === byte.openBracket) depth += 1;
    else if (found === byte.closeBracket) depth -= 1;
    else if (isOfWord(found)) return true;
    at += 1;
  } while (depth > 0 && at < text.length);
  return false;
};

const writeValue = (writing: Writing, from: number, step: Exclude<Step, "drop">): number => {
  if (typeof step === "object") return writeMembers(writing, from, step);
  const { text, output, hash } = writing;
  const end = endOfValue(text, from);
  if (step === "hash" && text[from] !== firstOfNull) output.put(`"${hash(textOf(text, from, end))}"`);
  else output.keep(from, end);
  return end;
};

/**
 * What is hashed of the value that stands between two places: a text itself, of all else its JSON, without whitespace. Numbers
 * are as they are written, because large ones that differ are the same value once they are parsed.
 */
const textOf = (text: Buffer, from: number, end: number): string => {
  if (text[from] === byte.quote) return stringIn(text, from, end);
  const json = text.toString("utf8", from, end);
  const isWord = text[from] !== byte.openBrace && text[from] !== byte.openBracket;
  return isWord ? json : JSON.stringify(parseNumbers(json, asWritten));
};

/** The characters of the string that stands between two places. */
const stringIn = (text: Buffer, from: number, end: number): string => {
  const isPlain = skipPlain(text, from + 1) === end - 1;
  return isPlain ? text.toString("utf8", from + 1, end - 1) : String(JSON.parse(text.toString("utf8", from, end)));
};

/** The place behind the string that begins at a place. */
const endOfString = (text: Buffer, from: number): number => {
  let at = skipPlain(text, from + 1);
  while (text[at] === byte.backslash) at = skipPlain(text, at + 2);
  return at + 1;
};

/** The place behind the value that begins at a place. */
const endOfValue = (text: Buffer, from: number): number => {
  let depth = 0;
  let at = from;
  do {
    const found = text[at];
    if (found === byte.quote) {
      at = endOfString(text, at);
      continue;
    }
    if (found === byte.openBrace || found === byte.openBracket) depth += 1;
    else if (found === byte.closeBrace || found === byte.closeBracket) depth -= 1;
    else if (depth === 0) return endOfWord(text, at);
    at += 1;
  } while (depth > 0 && at < text.length);
  return at;
};

/** The place behind a number, `true`, `false` or `null`. */
const endOfWord = (text: Buffer, from: number): number => {
  let at = from;
  while (at < text.length && isOfWord(text[at] ?? 0)) at += 1;
  return at;
};

const isOfWord = (found: number): boolean =>
  found > 0x20 && found !== byte.comma && found !== byte.closeBrace && found !== byte.closeBracket;
