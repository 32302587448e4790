import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const withoutBlocks = (markdown: string): string => markdown.replaceAll(/^ *```.*?^ *```$/gms, "");

/** Anchors that GitHub makes of a page's headings. */
const anchorsOf = (markdown: string): readonly string[] =>
  [...withoutBlocks(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(/\s/g, "-"),
  );

/** Links of a page to files or headings that do not exist. */
const deadLinks = (page: string, markdown: string): readonly string[] => {
  const links = [...withoutBlocks(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchorsOf(path === "" ? markdown : readFileSync(file, "utf8")).includes(anchor);
  });
};

const roots = readdirSync(".", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map(({ name }) => name);

/** Paths in a page's code spans, from the root; `*` stands for any name. Those with `<…>` are for the reader to fill in. */
const pathsIn = (markdown: string): readonly string[] =>
  [...withoutBlocks(markdown).matchAll(/`([^`]+)`/g)]
    .flatMap(([, span = ""]) => span.split(/\s+/))
    .filter((word) => word.includes("/") && !/[<>…]/.test(word) && roots.includes(word.split("/", 1)[0] ?? ""));

const missingPaths = (markdown: string): readonly string[] =>
  pathsIn(markdown).filter((path) => (path.includes("*") ? globSync(path).length === 0 : !existsSync(path)));

const read = (page: string): string => readFileSync(page, "utf8");

describe("pages", () => {
  const pages = globSync(["*.md", "{docs,test}/**/*.md"]);

  it("link to files and headings that exist", () => {
    expect(pages.length).toBeGreaterThan(20);
    expect(pages.flatMap((page) => deadLinks(page, read(page)).map((link) => `${page}: ${link}`))).toEqual([]);
  });

  it("have their dead links found", () => {
    const planted =
      "# A b\n[a](#a-b) [b](#c) [c](docs/none.md) [d](docs/cost.md#none) [e](docs/cost.md) [f](https://a.b)";
    expect(deadLinks("README.md", planted)).toEqual(["#c", "docs/none.md", "docs/cost.md#none"]);
  });
});

describe("pages for contributors", () => {
  it.each(["CONTRIBUTING.md", "docs/architecture.md"])("%s names paths that exist", (page) => {
    expect(pathsIn(read(page)).length).toBeGreaterThan(3);
    expect(missingPaths(read(page))).toEqual([]);
  });

  it("have their wrong paths found", () => {
    const planted = "`cdk/app.ts` `cdk/none.ts` `cdk/*.none` `cdk/*.ts` `lambdas/<verb>/index.ts` `no/path` `docs/`";
    expect(missingPaths(planted)).toEqual(["cdk/none.ts", "cdk/*.none"]);
  });
});

describe("decisions", () => {
  const files = globSync("docs/adr/[0-9]*.md").toSorted();
  const index = read("docs/adr/README.md");

  it("have consecutive numbers", () => {
    expect(files.map((file) => Number(file.slice("docs/adr/".length).split("-", 1)[0]))).toEqual(
      files.map((_file, at) => at + 1),
    );
  });

  it.each(files)("%s has the form of all, fits a page and is in the index", (file) => {
    const page = read(file);
    const [, number, title, date, status] =
      /^# (\d+)\. (.+)\n\n(\d{4}-\d\d-\d\d) · (accepted|proposed|replaced by .+)\n/.exec(page) ?? [];
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual([
      "Context",
      "Decision",
      "Alternatives",
      "Consequences",
    ]);
    expect(page.split("\n").length).toBeLessThanOrEqual(70);
    const row = index.split("\n").find((line) => line.startsWith(`| [${number}](${file.slice("docs/adr/".length)})`));
    expect(row?.split("|").map((cell) => cell.trim())).toEqual(["", expect.anything(), title, date, status, ""]);
  });
});
