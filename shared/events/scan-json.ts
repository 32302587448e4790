/**
 * Goes over JSON text (RFC 8259) without making values of it. Each function takes the place where something is to begin and
 * returns the place behind it, or `nowhere`. Bytes above ASCII inside strings are passed over: whether they are UTF-8 is for
 * the caller to check.
 */

/** There is no such thing at that place. */
export const nowhere = -1;

/** Bytes that JSON's grammar names. */
export const byte = {
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  eight: 0x38,
  nine: 0x39,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  upperE: 0x45,
  lowerC: 0x63,
  lowerD: 0x64,
  lowerE: 0x65,
  lowerU: 0x75,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** Deeper than events are; what is deeper still is left to a parser that has no stack. */
const maxDepth = 32;

/** A byte's classes. */
const isPlain = new Uint8Array(256).fill(1, 0x20);
isPlain[byte.quote] = 0;
isPlain[byte.backslash] = 0;
const whitespace = new Uint8Array(256);
for (const character of " \t\n\r") whitespace[character.charCodeAt(0)] = 1;
const isEscapable = new Uint8Array(256);
for (const character of '"\\/bfnrt') isEscapable[character.charCodeAt(0)] = 1;
const isHex = new Uint8Array(256);
for (const character of "0123456789abcdefABCDEF") isHex[character.charCodeAt(0)] = 1;

const literals = ["true", "false", "null"].map((literal) => Buffer.from(literal));

/** Whether JSON takes a byte for whitespace. */
export const isWhitespace = (found: number | undefined): boolean => whitespace[found ?? 0] === 1;

/** The place of the next byte that is no whitespace. */
export const skipWhitespace = (text: Buffer, from: number): number => {
  let at = from;
  while (isWhitespace(text[at])) at += 1;
  return at;
};

/** The place of the next byte that ends a string, escapes something in it or may not be in it. */
export const skipPlain = (text: Buffer, from: number): number => {
  let at = from;
  while (isPlain[text[at] ?? 0] === 1) at += 1;
  return at;
};

/** One byte, with whitespace before it. */
export const scanByte = (text: Buffer, from: number, wanted: number): number => {
  const at = skipWhitespace(text, from);
  return text[at] === wanted ? at + 1 : nowhere;
};

/** Whether certain bytes begin there. */
export const hasAt = (text: Buffer, from: number, wanted: Buffer): boolean => {
  for (let index = 0; index < wanted.length; index += 1) if (text[from + index] !== wanted[index]) return false;
  return true;
};

/** A string, its quotes included. */
export const scanString = (text: Buffer, from: number): number => {
  if (text[from] !== byte.quote) return nowhere;
  let at = skipPlain(text, from + 1);
  while (text[at] === byte.backslash) {
    const behind = scanEscape(text, at + 1);
    if (behind === nowhere) return nowhere;
    at = skipPlain(text, behind);
  }
  return text[at] === byte.quote ? at + 1 : nowhere;
};

/** An escape behind its backslash; both halves of a surrogate pair count as one. Half a pair alone is no text. */
const scanEscape = (text: Buffer, from: number): number => {
  if (isEscapable[text[from] ?? 0] === 1) return from + 1;
  const behind = scanUnit(text, from);
  if (behind === nowhere || !isSurrogate(text, from)) return behind;
  const low = behind + 1;
  const end = text[behind] === byte.backslash ? scanUnit(text, low) : nowhere;
  return end !== nowhere && !isLowSurrogate(text, from) && isSurrogate(text, low) && isLowSurrogate(text, low)
    ? end
    : nowhere;
};

/** `u` and four hexadecimal digits. */
const scanUnit = (text: Buffer, from: number): number => {
  if (text[from] !== byte.lowerU) return nowhere;
  for (let at = from + 1; at <= from + 4; at += 1) if (isHex[text[at] ?? 0] !== 1) return nowhere;
  return from + 5;
};

/** Whether a `\u` escape stands for D800 to DFFF, and of these for DC00 to DFFF. ASCII's letters differ in case by a bit. */
const isSurrogate = (text: Buffer, from: number): boolean =>
  ((text[from + 1] ?? 0) | 0x20) === byte.lowerD && (text[from + 2] ?? 0) >= byte.eight;
const isLowSurrogate = (text: Buffer, from: number): boolean => ((text[from + 2] ?? 0) | 0x20) >= byte.lowerC;

/** Any value. */
export const scanValue = (text: Buffer, from: number, depth = 0): number => {
  switch (text[from]) {
    case byte.quote:
      return scanString(text, from);
    case byte.openBrace:
      return depth < maxDepth ? scanObject(text, from, depth + 1) : nowhere;
    case byte.openBracket:
      return depth < maxDepth ? scanArray(text, from, depth + 1) : nowhere;
    case undefined:
      return nowhere;
    default:
      return scanLiteral(text, from);
  }
};

const scanObject = (text: Buffer, from: number, depth: number): number => {
  let at = skipWhitespace(text, from + 1);
  if (text[at] === byte.closeBrace) return at + 1;
  for (;;) {
    at = scanString(text, at);
    if (at === nowhere) return nowhere;
    at = scanByte(text, at, byte.colon);
    if (at === nowhere) return nowhere;
    at = scanValue(text, skipWhitespace(text, at), depth);
    if (at === nowhere) return nowhere;
    at = skipWhitespace(text, at);
    if (text[at] === byte.closeBrace) return at + 1;
    if (text[at] !== byte.comma) return nowhere;
    at = skipWhitespace(text, at + 1);
  }
};

const scanArray = (text: Buffer, from: number, depth: number): number => {
  let at = skipWhitespace(text, from + 1);
  if (text[at] === byte.closeBracket) return at + 1;
  for (;;) {
    at = scanValue(text, at, depth);
    if (at === nowhere) return nowhere;
    at = skipWhitespace(text, at);
    if (text[at] === byte.closeBracket) return at + 1;
    if (text[at] !== byte.comma) return nowhere;
    at = skipWhitespace(text, at + 1);
  }
};

const scanLiteral = (text: Buffer, from: number): number => {
  for (const literal of literals) if (hasAt(text, from, literal)) return from + literal.length;
  return scanNumber(text, from);
};

/** No double overflows at so many digits and such an exponent, below 1e299; what has more of either is left to a parser. */
const maxScannedDigits = 200;
const maxScannedExponentDigits = 2;

const scanNumber = (text: Buffer, from: number): number => {
  const whole = text[from] === byte.minus ? from + 1 : from;
  let at = text[whole] === byte.zero ? whole + 1 : skipDigits(text, whole);
  if (at === whole || at - whole > maxScannedDigits) return nowhere;
  if (text[at] === byte.dot) {
    const fraction = at + 1;
    at = skipDigits(text, fraction);
    if (at === fraction) return nowhere;
  }
  if (text[at] !== byte.lowerE && text[at] !== byte.upperE) return at;
  const isSigned = text[at + 1] === byte.plus || text[at + 1] === byte.minus;
  const exponent = isSigned ? at + 2 : at + 1;
  at = skipDigits(text, exponent);
  return at === exponent || at - exponent > maxScannedExponentDigits ? nowhere : at;
};

/** The place of the next byte that is no digit. */
export const skipDigits = (text: Buffer, from: number): number => {
  let at = from;
  for (let digit = text[at] ?? 0; digit >= byte.zero && digit <= byte.nine; digit = text[at] ?? 0) at += 1;
  return at;
};
