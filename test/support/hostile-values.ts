/**
 * Texts and values that break programs: whatever takes, keeps or shows what came from outside is run through this one list.
 * What is added here is tried in every field, argument, event and answer.
 */

/** A text by name. Some are no well-formed Unicode. */
export const hostileTexts: Readonly<Record<string, string>> = {
  empty: "",
  space: " ",
  "whitespace only": " \t\r\n\u00A0\u3000",
  "zero width": "\u200B\u200D\u2060",
  "lone high surrogate": "Sale \uD83C",
  "lone low surrogate": "\uDF89 sale",
  "swapped surrogates": "a\uDF89\uD83Cb",
  "bidi override": "invoice\u202Egpj.exe",
  "bidi isolates": "\u2066a\u2069\u2067b\u2068c",
  "bidi marks": "a\u200E\u200F\u061Cb",
  "right to left": "שלום مرحبا",
  "C0 controls": "a\u0001\u0007\u0008\u001Fb",
  "tab and line feed": "a\tb\nc",
  NUL: "a\u0000b",
  DEL: "a\u007Fb",
  "C1 controls": "a\u0085\u009B31m\u009Db",
  "CSI sequence": "\u001B[2J\u001B[31mred",
  "OSC 8 link": "\u001B]8;;http://127.0.0.1/\u0007click\u001B]8;;\u0007",
  "OSC 52 clipboard": "\u001B]52;c;cm0gLXJmIC8=\u001B\\",
  CRLF: "a\r\nX-Injected: 1",
  "line separators": "a\u2028b\u2029c",
  "byte order mark": "\uFEFFa",
  "combining marks": `a${"\u0301\u0323".repeat(250)}`,
  "four-byte characters": "🎉".repeat(300),
  "pair at an odd place": `a${"🎉".repeat(40)}`,
  "joined emoji": "👩‍👩‍👧‍👦".repeat(20),
  "tag characters": "a\u{E0041}\u{E007F}b",
  noncharacters: "\uFFFE\uFFFF\u{1FFFF}",
  "over-long": "x".repeat(20_000),
  "over-long in four bytes": "𝔘".repeat(20_000),
  __proto__: "__proto__",
  constructor: "constructor",
  prototype: "prototype",
  toString: "toString",
  hasOwnProperty: "hasOwnProperty",
  null: "null",
  undefined: "undefined",
  NaN: "NaN",
  Infinity: "Infinity",
  "negative zero": "-0",
  "minus one": "-1",
  "too large a number": "1e999",
  "hexadecimal number": "0x10",
  "many digits": "99999999999999999999",
  "beyond the last date": "+275760-09-13T00:00:00.001Z",
  "no such date": "2026-02-30T00:00:00Z",
  script: "</script><script>alert(1)</script>",
  "percent-encoded NUL": "%00",
  "bad percent-encoding": "%E0%A4%A",
  "path upwards": "../../api-keys",
  "encoded path upwards": "%2e%2e%2f",
  "URL without an end": "http://[::1",
  "local file": "file:///etc/passwd",
  "closed port": "http://127.0.0.1:1/",
  "look-up in a log": "${jndi:ldap://127.0.0.1/}",
  template: "{{7*7}}",
  quotes: "' OR 1=1 -- \" ` $(id)",
  mask: "****",
  "mask with a tail": "****abcd",
};

const nested = (levels: number): string => `${"[".repeat(levels)}1${"]".repeat(levels)}`;
const nestedObjects = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

/** Values that are no texts, as JSON text: some cannot be written otherwise. */
const otherValues: Readonly<Record<string, string>> = {
  "null value": "null",
  "true value": "true",
  "false value": "false",
  zero: "0",
  "negative zero value": "-0",
  "negative integer": "-1",
  fraction: "1.5",
  "beyond exact integers": "9007199254740993",
  "beyond 32 bits": "2147483648",
  "1e308": "1e308",
  "1e400": "1e400",
  "-1e400": "-1e400",
  "smallest double": "5e-324",
  "beyond DynamoDB": "1e-200",
  "long number": "1".repeat(5_000),
  "empty list": "[]",
  "empty object": "{}",
  "list of lists": "[[]]",
  "empty name": '{"":""}',
  "own __proto__": '{"__proto__":{"admin":true}}',
  "own constructor": '{"constructor":{"prototype":{"admin":true}}}',
  "own toString": '{"toString":"x","hasOwnProperty":1,"valueOf":null}',
  "same name twice": '{"a":"1","a":"2"}',
  "name of half a pair": '{"\\ud83c":"a"}',
  "65 levels": nested(65),
  "2,000 levels": nested(2_000),
  "2,000 levels of objects": nestedObjects(2_000),
  "many items": `[${'"x",'.repeat(20_000)}"x"]`,
  "many names": `{${Array.from({ length: 5_000 }, (_, n) => `"n${n}":"x"`).join(",")}}`,
};

/** A value that may be anything JSON holds. */
export interface HostileValue {
  readonly name: string;
  /** As JSON; halves of surrogate pairs are escaped. */
  readonly json: string;
  /** The text, where it is one. */
  readonly text?: string;
}

/** All of them, the texts first. */
export const hostileValues: readonly HostileValue[] = [
  ...Object.entries(hostileTexts).map(([name, text]) => ({ name, json: JSON.stringify(text), text })),
  ...Object.entries(otherValues).map(([name, json]) => ({ name, json })),
];

/** Whether half a surrogate pair stands anywhere in a JSON value: strict parsers refuse a text that has one. */
export const hasHalfPair = (value: unknown): boolean => {
  if (typeof value === "string") return !value.isWellFormed();
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, child]) => !name.isWellFormed() || hasHalfPair(child));
};

/** What a terminal obeys: control characters but line feeds, separators, and marks that turn the direction of a text. */
export const obeyedByTerminals = /[^\P{Cc}\n]|[\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
