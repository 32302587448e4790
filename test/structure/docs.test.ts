import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkPages, deadLinks, foreignWords, missingPaths, pathsIn, textsOf } from "../../tools/check-pages.ts";

const read = (page: string): string => readFileSync(page, "utf8");

describe("pages", () => {
  it("link to files and headings that exist, and name paths that exist", () => {
    const { pages, problems } = checkPages();
    expect(pages.length).toBeGreaterThan(20);
    expect(pathsIn(read("CONTRIBUTING.md")).length).toBeGreaterThan(3);
    expect(pathsIn(read("docs/architecture.md")).length).toBeGreaterThan(40);
    expect(problems).toEqual([]);
  });

  it("have their dead links found", () => {
    const planted =
      "# A b\n[a](#a-b) [b](#c) [c](docs/none.md) [d](docs/cost.md#none) [e](docs/cost.md) [f](https://a.b)";
    expect(deadLinks("README.md", planted)).toEqual(["#c", "docs/none.md", "docs/cost.md#none"]);
  });

  it("have their wrong paths found", () => {
    const planted = "`cdk/app.ts` `cdk/none.ts` `cdk/*.none` `cdk/*.ts` `lambdas/<verb>/index.ts` `no/path` `docs/`";
    expect(missingPaths(planted)).toEqual(["cdk/none.ts", "cdk/*.none"]);
  });
});

describe("prose", () => {
  it.each([
    ["The log tells which.", '"tells"; write: say, report, show, distinguish'],
    ["It stands beside the module.", '"beside"; write: besides, next to'],
    ["It starts by itself.", '"by itself"; write: automatically, or nothing'],
    ["There is none.", '"is none"; write: no, not'],
    ["That is read, too.", '", too."; write: also'],
  ])("has its foreign phrases found: %s", (planted, found) => {
    expect(foreignWords(planted)).toEqual([found]);
  });

  it("is read in what sources show, and not in their names and comments", () => {
    const planted = [
      "  // It is told.",
      "  /** It is told. */",
      "  const tell = told > none ? `${told} ends here` : 'x';",
      '  error("The log \\"itself\\" stays beside it");',
      "  return <Box>By the way, it stops by itself</Box>;",
    ].join("\n");
    expect(foreignWords(textsOf(planted))).toEqual([
      '"beside"; write: besides, next to',
      '"by itself"; write: automatically, or nothing',
    ]);
  });

  it("may name them in code, and may put a contrast between commas", () => {
    expect(foreignWords("Use `tell` besides `beside`. That, too, was before.\n```sh\ntell\n```")).toEqual([]);
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
