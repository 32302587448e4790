import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import MiniSearch from "minisearch";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildSite } from "../../tools/docs/build-site.ts";

let folder: string;
let pages: number;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tidepost-docs-"));
  pages = buildSite(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (path: string): string => readFileSync(join(folder, path), "utf8");
const idsOf = (page: string): readonly string[] => [...page.matchAll(/ id="([^"]+)"/g)].map(([, id = ""]) => id);

it("has a page for each document, and every link of each leads to a page, a heading or a file", () => {
  const paths = globSync("**/*.html", { cwd: folder });
  expect(paths).toHaveLength(pages);
  expect(paths).toEqual(expect.arrayContaining(["index.html", "runbook.html", "guides/index.html", "tutorial.html"]));
  const files = new Set(globSync("**/*", { cwd: folder }));
  const dead: string[] = [];
  for (const path of paths) {
    const page = read(path);
    for (const [, link = ""] of page.matchAll(/ (?:href|src)="([^"]+)"/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [to = "", anchor] = link.split("#");
      const target = to === "" ? path : normalize(join(dirname(path), to));
      if (!files.has(target)) dead.push(`${path}: ${link}`);
      else if (anchor !== undefined && target.endsWith(".html") && !idsOf(read(target)).includes(anchor)) {
        dead.push(`${path}: ${link}`);
      }
    }
  }
  expect(dead).toEqual([]);
});

it("runs under a policy that allows nothing inline, and asks no other host for anything", () => {
  for (const path of globSync("**/*.html", { cwd: folder })) {
    const page = read(path);
    expect([
      path,
      page.match(/<style|<script>| style="| on\w+="|<(?:script|img|link)[^>]* (?:src|href)="[a-z]+:/g),
    ]).toEqual([path, null]);
  }
});

it("finds what an alarm means by its name", () => {
  const index = MiniSearch.loadJSON(read("search.json"), {
    fields: ["heading", "text"],
    storeFields: ["page", "heading"],
  });
  const [first] = index.search("stream lag", { prefix: true, boost: { heading: 3 } });
  expect(first?.id).toBe("runbook.html#stream-lag");
  expect(idsOf(read("runbook.html"))).toContain("stream-lag");
});

it("is not built with a link that leads nowhere", () => {
  const root = mkdtempSync(join(tmpdir(), "tidepost-planted-"));
  try {
    mkdirSync(join(root, "docs"));
    writeFileSync(join(root, "llms.txt"), "# T\n## Use\n- [Home](docs/README.md)\n");
    writeFileSync(join(root, "docs/README.md"), "# Home\n\n[gone](gone.md)\n");
    expect(() => buildSite(join(root, "out"), root)).toThrow("docs/README.md: gone.md leads nowhere");
  } finally {
    rmSync(root, { recursive: true });
  }
});
