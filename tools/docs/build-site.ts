import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix, resolve } from "node:path";
import { buildSync } from "esbuild";
import MiniSearch from "minisearch";
import { destinationOf, type Page, readPages } from "./pages.ts";
import { renderMarkdown } from "./render.ts";
import { layout, siteStyle } from "./template.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

/** The groups of the navigation are those of `llms.txt`, which lists the pages for readers of another kind. */
const navigation = (pages: readonly Page[], root: string) => {
  const [, ...groups] = readFileSync(join(root, "llms.txt"), "utf8").split(/^## /m);
  return groups.map((group) => {
    const [name = ""] = group.split("\n", 1);
    const links = [...group.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].flatMap(([, title = "", source = ""]) => {
      const page = pages.find((one) => one.source === source);
      return page === undefined ? [] : [{ title, page }];
    });
    return { name, links };
  });
};

/** Writes the site into a new folder; throws for a link that leads nowhere. Returns how many pages it has. */
export const buildSite = (folder: string, root = projectRoot): number => {
  rmSync(folder, { recursive: true, force: true });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const pages = readPages(root);
  const groups = navigation(pages, root);
  const index = new MiniSearch({ fields: ["heading", "text"], storeFields: ["page", "heading"] });
  for (const page of pages) {
    const { title, body, sections } = renderMarkdown(page.markdown, (link) => {
      const { href, file } = destinationOf(root, pages, page, link);
      if (file !== undefined) cpSync(join(root, file), join(folder, "files", file));
      return href;
    });
    const toRoot = posix.relative(posix.dirname(page.path), ".");
    const linked = groups.map(({ name, links }) => ({
      name,
      links: links.map(({ title: text, page: to }) => ({
        title: text,
        href: posix.relative(posix.dirname(page.path), to.path),
        isHere: to === page,
      })),
    }));
    write(page.path, layout({ title, body, groups: linked, root: toRoot === "" ? "" : `${toRoot}/` }));
    const anchors = new Set<string>();
    for (const { anchor, heading, text } of sections) {
      // A heading that comes twice is found by the first of them.
      if (anchors.has(anchor)) continue;
      anchors.add(anchor);
      index.add({ id: `${page.path}#${anchor}`, page: title, heading, text });
    }
  }
  write("search.json", JSON.stringify(index));
  write("style.css", siteStyle);
  buildSync({
    absWorkingDir: projectRoot,
    entryPoints: ["console/docs-search.ts"],
    outfile: join(folder, "search.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
  });
  return pages.length;
};
