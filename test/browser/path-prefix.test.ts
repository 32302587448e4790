import type { Browser } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { expectSound, openConsole } from "../support/console-browser.ts";
import { startPrefixProxy } from "../support/prefix-proxy.ts";
import type { Receiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";
import { useConsole } from "../support/use-console.ts";

const key = crypto.randomUUID();
let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
useConsole(key, (world) => {
  ({ browser, receiver, tidepost } = world);
});
beforeAll(async () => {
  const entries = ["First feed", "Second feed"].map((name) => ({ name, target: receiver.url, events: ["click"] }));
  const { status, text } = await tidepost.call("POST", "/webhooks/import", { body: entries });
  if (status !== 200) throw new Error(text);
});

it.each(["/tools/tidepost/api", "/mail"])("the console works when the API is served at %s", async (path) => {
  const proxy = await startPrefixProxy(tidepost.apiUrl, path);
  const console = await openConsole(browser, { apiUrl: `${proxy.url}/v1` });
  const { page } = console;
  // Without its last slash, as people type it.
  await page.goto(`${proxy.url}/console`);
  expect(page.url()).toBe(`${proxy.url}/console/`);
  await page.getByLabel("API key").fill(key);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Webhooks", exact: true }).click();
  await page.getByRole("link", { name: "First feed" }).waitFor();
  await page.getByRole("link", { name: "Second feed" }).click();
  await page.getByRole("heading", { level: 1, name: "Second feed" }).waitFor();
  await page.getByRole("link", { name: "Event catalogue" }).click();
  await page.getByText("Who takes it").waitFor();
  await expectSound(console, `the catalogue at ${path}`);
  const docs = await page.getByRole("link", { name: /API docs/ }).getAttribute("href");
  expect((await page.request.get(new URL(docs ?? "", page.url()).href)).status()).toBe(200);
  await console.close();
  // Browsers ask for this one by themselves.
  expect(proxy.strayed.filter((wanted) => wanted !== "/favicon.ico")).toEqual([]);
  await proxy.close();
});
