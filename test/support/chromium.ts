import { existsSync } from "node:fs";

/** The first is Chromium without its own windows, menus and pages, which cost five times what a page of the tests does. */
const candidates = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** The browser that the tests drive: `CHROMIUM_PATH`, else where systems keep it. */
export const chromiumPath = (): string => {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen !== undefined && chosen !== "") {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH names ${chosen}, which does not exist.`);
  }
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `The browser tests need Chromium: install it (apt-get install chromium) or name its program in CHROMIUM_PATH. Looked for ${candidates.join(", ")}.`,
  );
};
