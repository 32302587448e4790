import type { Compression } from "#shared/contract/words.ts";
import javaProgram from "./Receiver.java?raw";
import goProgram from "./receiver.go?raw";
// oxlint-disable-next-line import/default -- the lint reads the program, not its text
import nodeProgram from "./receiver.mjs?raw";
import phpProgram from "./receiver.php?raw";
import pythonProgram from "./receiver.py?raw";
import rubyProgram from "./receiver.rb?raw";

/** What the code of a receiver depends on. */
export interface ReceiverSettings {
  /** The webhook's target; its path and port are those of the receiver. */
  readonly target: string;
  /** Whether the webhook has an `auth_token`. */
  readonly hasToken: boolean;
  readonly isSigned: boolean;
  /** How bodies are compressed. */
  readonly compression: Compression;
}

/** Languages that receivers are written in, in the order in which they are shown. */
export const receiverLanguages = ["node", "python", "go", "java", "php", "ruby"] as const;
export type ReceiverLanguage = (typeof receiverLanguages)[number];

/** Languages whose programs can decompress. The libraries that others come with have no zstd. */
export const languagesFor = (compression: Compression): readonly ReceiverLanguage[] =>
  compression === "zstd" ? ["node"] : receiverLanguages;

/** A program that takes a webhook's batches. */
export interface ReceiverCode {
  readonly displayName: string;
  readonly fileName: string;
  readonly code: string;
}

/** The programs as they are for a webhook with a token, a signature and compression. */
const programs: Readonly<Record<ReceiverLanguage, ReceiverCode>> = {
  node: { displayName: "Node", fileName: "receiver.mjs", code: nodeProgram },
  python: { displayName: "Python", fileName: "receiver.py", code: pythonProgram },
  go: { displayName: "Go", fileName: "receiver.go", code: goProgram },
  java: { displayName: "Java", fileName: "Receiver.java", code: javaProgram },
  php: { displayName: "PHP", fileName: "receiver.php", code: phpProgram },
  ruby: { displayName: "Ruby", fileName: "receiver.rb", code: rubyProgram },
};

/** Port that the programs listen on when the target names none: they are behind a proxy then, which takes the public one. */
const defaultPort = "8080";

/** The target's path in the programs, in the quotes of their language. */
const pathLiteral = /(["'])\/path-of-target\1/;

/** The languages that fill in variables between double quotes have single ones here. */
const literalOf = (text: string, quote: string): string =>
  quote === "'" ? `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'` : JSON.stringify(text);

/** A comment of its own line: `#if token or signed`, `#else` with the line that holds otherwise, `#endif`. */
const mark = /^(\s*)(?:\/\/|#) #(if|else|endif)(?: (.+))?$/;

/** A program without its marks, and without what they keep for settings that the webhook does not have. */
const linesFor = (program: string, has: ReadonlySet<string>): string => {
  let isWanted = true;
  return program
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", kind, rest = ""] = mark.exec(line) ?? [];
      if (kind === undefined) return isWanted ? [line] : [];
      if (kind === "else") return isWanted ? [] : [`${indent}${rest}`];
      isWanted = kind === "endif" || rest.split(" or ").some((setting) => has.has(setting));
      return [];
    })
    .join("\n");
};

/**
 * The code of a receiver for a webhook: it listens on the target's path and port, checks what the webhook sends, stores each
 * batch once, answers, and then works on it until that succeeds or has failed for good. The first comment says how to start it. Secrets are read from the environment.
 */
export const renderReceiver = (language: ReceiverLanguage, settings: ReceiverSettings): ReceiverCode => {
  const { target, hasToken, isSigned, compression } = settings;
  const { pathname, port } = new URL(target);
  const has = { token: hasToken, signed: isSigned, compressed: compression !== "none" };
  const { code, ...program } = programs[language];
  const names = Object.entries(has).flatMap(([name, isSet]) => (isSet ? [name] : []));
  return {
    ...program,
    code: linesFor(code, new Set(names))
      .replace("WEBHOOK_TOKEN=… ", hasToken ? "$&" : "")
      .replace("WEBHOOK_SECRET=whsec_… ", isSigned ? "$&" : "")
      .replace(defaultPort, port === "" ? defaultPort : port)
      .replace(pathLiteral, (_, quote: string) => literalOf(pathname, quote)),
  };
};
