/**
 * Text from elsewhere without what a terminal would obey: control characters (C0 and C1, so escape sequences, too), line
 * and paragraph separators, and the marks that change the direction of what follows, which could make a text look like
 * another one. Each run of them becomes one space.
 */
export const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+/gu, " ").trim();

/** Text from elsewhere for the middle of a line: whatever direction it is written in, it turns nothing around that stands beside it. */
export const isolated = (text: string): string => `\u2068${plain(text)}\u2069`;

/** One character of those, but for line feed and tab; or a sequence that sets colours, which the command itself prints. */
// oxlint-disable-next-line no-control-regex -- that is what it is for
const obeyed = /(\u001B\[[\d;]*m)|(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Lines of a terminal in which nothing but their colours is obeyed: each other such character becomes a space. */
export const plainLines = (lines: string): string => lines.replaceAll(obeyed, (_, colour?: string) => colour ?? " ");

/** JSON text in which such characters are escaped. Its value is the same. */
export const plainJson = (json: string): string =>
  json.replaceAll(
    obeyed,
    (found) => `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}${found.slice(1)}`,
  );
