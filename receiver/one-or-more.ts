/** One secret, or several while one replaces another. */
export type OneOrMore = string | readonly string[];

/**
 * The secrets as a list. An empty one is refused, and one of spaces: it comes from a variable that is not set, and would let
 * in everyone.
 *
 * @param what what they are, for the error's text
 * @throws {TypeError} when there is no secret, or one of them is empty
 */
export const listOf = (secrets: OneOrMore, what: string): readonly string[] => {
  const list = [secrets ?? ""].flat();
  if (list.length > 0 && list.every((secret) => typeof secret === "string" && secret.trim() !== "")) return list;
  throw new TypeError(`The ${what} is empty or not set`);
};
