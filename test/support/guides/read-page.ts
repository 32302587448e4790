/** The code blocks of a Markdown page. */
export interface Block {
  /** First word of the info string. */
  readonly language: string;
  /** The words after it; `name=value` as pairs, others with an empty value. */
  readonly marks: Readonly<Record<string, string>>;
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

const marksOf = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(words.map((word) => [word.split("=", 1)[0] ?? "", word.split("=").slice(1).join("=")]));

/** Reads the fenced blocks of a page in their order; those of lists are indented. */
export const readBlocks = (markdown: string): readonly Block[] => {
  const fences = /^( *)```(\S+)?([^\n]*)\n(.*?)^\1```$/gms;
  return [...markdown.matchAll(fences)].map(
    ({ index, 1: indent = "", 2: language = "", 3: info = "", 4: body = "" }) => ({
      language,
      marks: marksOf(info.split(" ").filter((word) => word !== "")),
      text: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      line: markdown.slice(0, index).split("\n").length,
    }),
  );
};
