import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/** A page of Markdown, by its path from the project's root, and where the site has it. */
export interface Page {
  readonly source: string;
  /** Path below the site's root. */
  readonly path: string;
  readonly markdown: string;
}

/** Pages of the site: the documents, and those of the root and the examples that they lead to. */
const patterns = ["docs/**/*.md", "{README,CHANGELOG,CONTRIBUTING,SECURITY}.md", "examples/**/README.md"] as const;

/** `docs/guides/README.md` is `guides/index.html`; the root's README is `readme.html`. */
const pathOf = (source: string): string => {
  if (!source.includes("/")) return `${source.slice(0, -3).toLowerCase()}.html`;
  return source
    .replace(/^docs\//, "")
    .replace(/README\.md$/, "index.md")
    .replace(/\.md$/, ".html");
};

export const readPages = (root: string): readonly Page[] =>
  globSync([...patterns], { cwd: root, exclude: (path) => path.includes("node_modules") })
    .map((source) => source.replaceAll("\\", "/"))
    .toSorted((one, other) => (one < other ? -1 : 1))
    .map((source) => ({ source, path: pathOf(source), markdown: readFileSync(join(root, source), "utf8") }));

/** Where a link of a page leads: to another page, to a file that the site takes along, or out of it. */
export interface Destination {
  readonly href: string;
  /** File, from the project's root, that the site must have at `files/<path>`. */
  readonly file?: string;
}

/** Turns a link of the sources into one of the site; throws for one that leads nowhere. */
export const destinationOf = (root: string, pages: readonly Page[], from: Page, link: string): Destination => {
  if (/^[a-z]+:|^#/.test(link)) return { href: link };
  const [path = "", anchor] = link.split("#");
  const target = posix.normalize(posix.join(dirname(from.source), path)).replace(/\/$/, "");
  const fragment = anchor === undefined ? "" : `#${anchor}`;
  const isFolder = existsSync(join(root, target)) && statSync(join(root, target)).isDirectory();
  const page = pages.find(({ source }) => source === target || (isFolder && source === `${target}/README.md`));
  const relative = (to: string): string => posix.relative(posix.dirname(from.path), to) + fragment;
  if (page !== undefined) return { href: relative(page.path) };
  if (!existsSync(join(root, target)) || isFolder) throw new Error(`${from.source}: ${link} leads nowhere`);
  return { href: relative(`files/${target}`), file: target };
};
