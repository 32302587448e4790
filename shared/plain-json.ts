/** Levels of objects and lists that a request body may have. */
export const maxJsonDepth = 64;

/** DynamoDB stores numbers of this magnitude, and zero. */
const smallestNumber = 1e-130;
const largestNumber = 9.99e125;

/** Names that every object has from its prototype; JavaScript, and the SDK's marshaller, mistake them for it. */
const reservedNames: ReadonlySet<string> = new Set(["__proto__", "constructor"]);

/** Why a parsed JSON value cannot be stored and sent on as it is. */
export interface JsonProblem {
  /** Names joined by dots; empty for the document itself. */
  readonly path: string;
  /** What is wrong, as the rest of a sentence that begins with the path. */
  readonly problem: string;
}

/**
 * The first place in a parsed JSON document that could not be stored, or that parsers of other languages refuse: half a
 * surrogate pair, a number that JSON readers or DynamoDB cannot hold, a name that stands for an object's prototype, or
 * nesting beyond `maxJsonDepth`. Visits each value once, without recursion.
 */
export const findJsonProblem = (document: unknown): JsonProblem | undefined => {
  const open: { readonly value: unknown; readonly path: readonly string[] }[] = [{ value: document, path: [] }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    const problem = problemOf(value);
    if (problem !== undefined) return { path: path.join("."), problem };
    if (typeof value !== "object" || value === null) continue;
    if (path.length >= maxJsonDepth)
      return { path: "", problem: `must not be nested deeper than ${maxJsonDepth} levels` };
    for (const [name, child] of Object.entries(value)) {
      const place = [...path, name];
      if (reservedNames.has(name)) return { path: place.join("."), problem: "is not accepted as a name" };
      if (!name.isWellFormed()) return { path: path.join("."), problem: "must have names of well-formed Unicode text" };
      open.push({ value: child, path: place });
    }
  }
  return undefined;
};

const problemOf = (value: unknown): string | undefined => {
  if (typeof value === "string") return value.isWellFormed() ? undefined : "must be well-formed Unicode text";
  if (typeof value !== "number" || value === 0) return undefined;
  const size = Math.abs(value);
  return size >= smallestNumber && size <= largestNumber ? undefined : "must be a number between 1e-130 and 9.99e125";
};
