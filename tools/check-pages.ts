import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Pages whose code spans name files of the project. */
const pagesWithPaths = ["CONTRIBUTING.md", "docs/architecture.md"];

const withoutBlocks = (markdown: string): string => markdown.replaceAll(/^ *```.*?^ *```$/gms, "");

/** Anchor that GitHub makes of a heading. */
export const headingAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");

const anchorsOf = (markdown: string): readonly string[] =>
  [...withoutBlocks(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => headingAnchor(heading));

/** Links of a page to files or headings that do not exist. Paths are from the project's root, which is the working directory. */
export const deadLinks = (page: string, markdown: string): readonly string[] => {
  const links = [...withoutBlocks(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(path === "" ? markdown : readFileSync(file, "utf8")).includes(anchor);
  });
};

/** Paths in a page's code spans, from the root; `*` stands for any name. Those with `<…>` are for the reader to fill in. */
export const pathsIn = (markdown: string): readonly string[] => {
  const folders = readdirSync(".", { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && entry.name !== "node_modules" ? [entry.name] : [],
  );
  return [...withoutBlocks(markdown).matchAll(/`([^`]+)`/g)]
    .flatMap(([, span = ""]) => span.split(/\s+/))
    .filter((word) => word.includes("/") && !/[<>…]/.test(word) && folders.includes(word.split("/", 1)[0] ?? ""));
};

/** Paths that a page names and the project does not have. */
export const missingPaths = (markdown: string): readonly string[] =>
  pathsIn(markdown).filter((path) => (path.includes("*") ? globSync(path).length === 0 : !existsSync(path)));

/** What a native writer would not say, with what to say instead: the worst of "Write prose" in CONTRIBUTING.md. */
const foreignPhrases: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\b(tell|tells|told|telling)\b/i, "say, report, show, distinguish"],
  [/\bbeside\b/i, "besides, next to"],
  [/\bby (itself|themselves)\b/i, "automatically, or nothing"],
  [/\b(is|are) none\b|\bnone (is|are)\b/i, "no, not"],
  [/, too[.;,]/i, "also"],
];

/** Phrases of a page, outside code, that `foreignPhrases` names: one line for each. A contrast between commas is English. */
export const foreignWords = (markdown: string): readonly string[] => {
  const prose = withoutBlocks(markdown).replaceAll(/`[^`]*`/g, "");
  return foreignPhrases.flatMap(([phrase, instead]) => {
    const found = prose.replaceAll(/\b(This|That|These|Those), too,/g, "").match(phrase);
    return found === null ? [] : [`"${found[0]}"; write: ${instead}`];
  });
};

/** Sources with texts that users read: answers of the API and its documents, the command line, the console, the local system. */
const sources = ["{cli,console,lambdas,local,receiver}/**/*.{ts,tsx}", "shared/{contract,events,text}/**/*.ts"];

/** Texts of a source: its literals of several words, without what is put into them, and what stands between tags. */
export const textsOf = (source: string): string => {
  const code = source.replaceAll(/^ *(?:\*|\/[/*]).*$/gm, "");
  const literals = code.match(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`/g) ?? [];
  const between = code.includes("</") ? (code.match(/>[^<>{}]+</g) ?? []) : [];
  const texts = [...literals, ...between].map((text) => text.replaceAll(/\$\{[^}]*\}/g, "").slice(1, -1));
  return texts.filter((text) => /[a-z]['’]?[a-z]* [a-z]/i.test(text)).join("\n");
};

export interface PageCheck {
  readonly pages: readonly string[];
  /** One line for each link or path that leads nowhere, and for each phrase to be put otherwise. */
  readonly problems: readonly string[];
}

/** Follows the links of every page, and the paths of those for contributors, and reads the prose of all, and of the sources. */
export const checkPages = (): PageCheck => {
  const pages = globSync(["*.md", "llms.txt", "{docs,emulator,examples,packages,test}/**/*.md"]).toSorted();
  const problems = pages.flatMap((page) => {
    const markdown = readFileSync(page, "utf8");
    const paths = pagesWithPaths.includes(page) ? missingPaths(markdown) : [];
    const missing = [...deadLinks(page, markdown), ...paths].map((place) => `${page}: ${place} does not exist`);
    // The page that says which phrases to avoid names them.
    const phrases = page === "CONTRIBUTING.md" ? [] : foreignWords(markdown);
    return [...missing, ...phrases.map((phrase) => `${page}: ${phrase}`)];
  });
  const foreignTexts = globSync(sources).flatMap((path) =>
    foreignWords(textsOf(readFileSync(path, "utf8"))).map((phrase) => `${path}: ${phrase}`),
  );
  return { pages, problems: [...problems, ...foreignTexts] };
};

if (import.meta.main) {
  const { pages, problems } = checkPages();
  for (const problem of problems) console.error(problem);
  console.log(`${pages.length} pages, ${problems.length} dead links, dead paths and foreign phrases`);
  if (problems.length > 0) process.exitCode = 1;
}
