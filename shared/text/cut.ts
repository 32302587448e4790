/** The first of a text, at most so many UTF-16 units. A character that does not fit whole is left out. */
export const beginningOf = (text: string, maxLength: number): string =>
  text.slice(0, isInPair(text, maxLength) ? maxLength - 1 : maxLength);

/** The last of a text, likewise. */
export const endOf = (text: string, maxLength: number): string => {
  const start = Math.max(0, text.length - maxLength);
  return text.slice(isInPair(text, start) ? start + 1 : start);
};

/** Whether a place in a text lies between the two halves of a surrogate pair: half a pair is refused by strict parsers. */
const isInPair = (text: string, at: number): boolean =>
  at > 0 && at < text.length && (text.codePointAt(at - 1) ?? 0) > 0xffff;
