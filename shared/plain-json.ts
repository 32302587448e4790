/** What a place takes beyond well-formed text. */
interface JsonRules {
  readonly reservedNames: ReadonlySet<string>;
  /** Magnitudes of numbers other than zero. */
  readonly smallestNumber: number;
  readonly largestNumber: number;
  readonly numberProblem: string;
}

/** What can be sent on to anybody: JSON parsers of other languages refuse the rest. */
export const portable: JsonRules = {
  reservedNames: new Set(),
  smallestNumber: 0,
  largestNumber: Number.MAX_VALUE,
  numberProblem: "must be a number within the range of a double",
};

/**
 * What can be stored, too: DynamoDB's numbers are fewer, the SDK's marshaller refuses those beyond the exact integers, and it
 * takes names that every object has from its prototype for the object's own class.
 */
export const storable: JsonRules = {
  reservedNames: new Set(["__proto__", "constructor"]),
  smallestNumber: 1e-130,
  largestNumber: Number.MAX_SAFE_INTEGER,
  numberProblem: "must be a number between 1e-130 and 9007199254740991",
};

/** Why a parsed JSON value is not taken. */
export interface JsonProblem {
  /** Names joined by dots; empty for the document itself. */
  readonly path: string;
  /** What is wrong, as the rest of a sentence that begins with the path. */
  readonly problem: string;
}

/**
 * The first place in a parsed JSON document that breaks the rules: half a surrogate pair, a number out of range, or a
 * reserved name. Visits each value once, without recursion.
 */
export const findJsonProblem = (document: unknown, rules: JsonRules): JsonProblem | undefined => {
  const waiting: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value: document, path: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    const problem = problemOf(value, rules);
    if (problem !== undefined) return { path: path.join("."), problem };
    if (typeof value !== "object" || value === null) continue;
    for (const [name, child] of Object.entries(value)) {
      const place = [...path, name];
      if (rules.reservedNames.has(name)) return { path: place.join("."), problem: "is not accepted as a name" };
      if (!name.isWellFormed()) return { path: path.join("."), problem: "must have names of well-formed Unicode text" };
      waiting.push({ value: child, path: place });
    }
  }
  return undefined;
};

const problemOf = (value: unknown, { smallestNumber, largestNumber, numberProblem }: JsonRules): string | undefined => {
  if (typeof value === "string") return value.isWellFormed() ? undefined : "must be well-formed Unicode text";
  if (typeof value !== "number" || value === 0) return undefined;
  const size = Math.abs(value);
  return size >= smallestNumber && size <= largestNumber ? undefined : numberProblem;
};

const quote = 0x22;
const backslash = 0x5c;
/** `[` and `{`, `]` and `}` differ in one bit. */
const caseBit = 0x20;
const open = 0x7b;
const close = 0x7d;

/**
 * Whether JSON text has more levels of objects and lists than `maxDepth`. Looks at the bytes alone, because a parser's memory
 * grows with every bracket: a small compressed text may hold tens of millions.
 */
export const exceedsDepth = (text: Uint8Array, maxDepth: number): boolean => {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const found = text[at] ?? 0;
    if (isInString) {
      if (found === backslash) at += 1;
      else if (found === quote) isInString = false;
    } else if (found === quote) isInString = true;
    else if ((found | caseBit) === open) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if ((found | caseBit) === close) depth -= 1;
  }
  return false;
};
