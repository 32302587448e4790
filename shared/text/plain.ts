/**
 * Text from elsewhere without what a terminal would obey: control characters (C0 and C1, so escape sequences, too), line
 * and paragraph separators, and the marks that change the direction of what follows, which could make a text look like
 * another one. Each run of them becomes one space.
 */
export const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, " ").trim();
