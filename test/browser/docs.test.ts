import { AxeBuilder } from "@axe-core/playwright";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { joinBrowser, newContext } from "../support/console-browser.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

let browser: Browser;
let tidepost: Tidepost;
beforeAll(async () => {
  [browser, tidepost] = await Promise.all([joinBrowser(), joinTidepost()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), tidepost.stop()]);
});

it("the documents lead from the reference of the API to what an alarm means, by their search", async () => {
  const context = await newContext(browser);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const { url } = message.location();
    // A browser asks the host's root for an icon, which is nobody's here.
    if (message.type() === "error" && !url.endsWith("/favicon.ico")) complaints.push(`${message.text()} ${url}`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${tidepost.apiUrl.replace(/\/v1$/, "")}/docs`);
  await page.getByRole("link", { name: "the documentation" }).click();
  await page.getByRole("heading", { level: 1, name: "Documentation" }).waitFor();
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole("searchbox", { name: "Search" }).fill("stream lag");
  await page.getByRole("link", { name: "Runbook: Stream lag" }).click();
  await page.getByRole("heading", { name: "Stream lag" }).waitFor();
  expect(page.url()).toMatch(/\/api\/docs\/runbook\.html#stream-lag$/);
  expect(complaints).toEqual([]);
  await context.close();
});

it("the search of the documents finds what was typed before its script came", async () => {
  const context = await newContext(browser);
  const page = await context.newPage();
  const typed = Promise.withResolvers<undefined>();
  await page.route("**/search.js", async (route) => {
    await typed.promise;
    await route.continue();
  });
  // The page is loaded when its script is.
  await page.goto(`${tidepost.apiUrl.replace(/\/v1$/, "")}/docs/runbook.html`, { waitUntil: "commit" });
  await page.getByRole("searchbox", { name: "Search" }).fill("stream lag");
  typed.resolve(undefined);
  const found = page.getByRole("link", { name: "Runbook: Stream lag" });
  expect(await found.getAttribute("href")).toMatch(/runbook\.html#stream-lag$/);
  await context.close();
});
