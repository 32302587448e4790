import type { Browser } from "playwright-core";
import { afterEach, beforeEach, expect, it } from "vitest";
import { answer } from "../support/receiver-behaviour.ts";
import { type ConsoleWindow, expectSound, openConsole } from "../support/console-browser.ts";
import type { Receiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";
import { type ConsoleWorld, useConsole } from "../support/use-console.ts";

const key = crypto.randomUUID();

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
let register: ConsoleWorld["register"];
let listed: ConsoleWorld["listed"];
useConsole(key, (world) => {
  ({ browser, receiver, tidepost, register, listed } = world);
});

let console: ConsoleWindow;
beforeEach(async () => {
  console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key, expected: /status of 4\d\d/ });
});
afterEach(async () => {
  expect(console.complaints).toEqual([]);
  await console.close();
});

it("webhooks are selected until something else is searched for, also by the way back", async () => {
  const { page } = console;
  for (const name of ["chosen-1", "chosen-2", "chosen-3", "another"]) await register(name);
  await console.open("/webhooks?q=chosen-");
  const selectAll = async (): Promise<void> => {
    await page.getByRole("checkbox", { name: "Select chosen-1" }).check();
    await page.getByRole("button", { name: "Select all 3 that match" }).click();
    await page.getByText("3 webhooks selected").waitFor();
  };
  // All that match are not all there are, which the navigation leads to, and the way back selects none of them.
  await selectAll();
  await page.getByRole("link", { name: "Webhooks", exact: true }).first().click();
  await page.waitForURL(/#\/webhooks$/);
  await page
    .getByText(/^3 matches$/)
    .first()
    .waitFor({ state: "detached" });
  expect(await page.getByText(/webhooks? selected$/).count()).toBe(0);
  await page.goBack();
  await page
    .getByText(/^3 matches$/)
    .first()
    .waitFor();
  expect(await page.getByText(/webhooks? selected$/).count()).toBe(0);
});

it("a paused webhook that has lost batches is named, and nothing is sent to it", async () => {
  const { page } = console;
  const id = await register("has-lost");
  await tidepost.call("PUT", `/webhooks/${id}`, { body: { active: false } });
  // A batch expires after minutes at the soonest.
  await page.route(/\/webhooks\/summary\?/, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as { readonly results: readonly object[] };
    await route.fulfill({
      response,
      json: { ...body, results: body.results.map((row) => ({ ...row, expired_24h: 1 })) },
    });
  });
  await console.open("/webhooks?q=has-lost");
  await page.getByRole("checkbox", { name: "Select has-lost" }).check();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Recover" }).click();
  const dialog = page.getByRole("dialog").locator("visible=true");
  await dialog.getByText("1 webhook that has lost batches is paused: resume it first.").waitFor();
  expect(await dialog.getByRole("button", { name: /^Send/ }).isDisabled()).toBe(true);
  const { json } = await tidepost.call("GET", `/webhooks/${id}/replays`);
  expect(json.results).toEqual([]);
  await tidepost.call("DELETE", `/webhooks/${id}`);
});

it("what can be recovered is counted once, also when there are more webhooks meanwhile", async () => {
  const { page } = console;
  const id = await register("counted-once");
  let total = 0;
  await page.route(/\/webhooks\/overview$/, async (route) => {
    const response = await route.fetch();
    const { results } = (await response.json()) as { readonly results: { readonly totals: object } };
    total += 1;
    const totals = { ...results.totals, expired: 1 };
    await route.fulfill({ response, json: { results: { ...results, totals, total, is_complete: false } } });
  });
  let counts = 0;
  // One that React begins twice in development is aborted, and not counted.
  page.on("requestfinished", (request) => {
    if (request.url().includes("/webhooks/summary?sort=created")) counts += 1;
  });
  await console.open("/overview");
  await page.getByRole("button", { name: "Recover expired batches" }).click();
  const dialog = page.getByRole("dialog").locator("visible=true");
  await dialog.getByText("No batch that expired can be sent.").waitFor();
  for (let reads = 0; reads < 2; reads += 1) await page.waitForResponse(/\/webhooks\/overview$/);
  await dialog.getByText("No batch that expired can be sent.").waitFor();
  expect(counts).toBe(1);
  await tidepost.call("DELETE", `/webhooks/${id}`);
});

it("webhooks are paused, tested and deleted from the list, all that match at once, with a result for each", async () => {
  const { page } = console;
  const dialog = page.getByRole("dialog").locator("visible=true");
  const confirm = (name: string) => dialog.getByRole("button", { name, exact: true }).click();
  const more = async (name: string) => {
    await page.getByRole("checkbox", { name: "Select all webhooks of this page" }).first().press(" ");
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  for (const name of ["bulk-1", "bulk-2", "bulk-3"]) await register(name);
  await console.open("/webhooks?q=bulk-");
  await page.getByRole("checkbox", { name: "Select bulk-1" }).check();
  await page.getByRole("button", { name: "Select all 3 that match" }).click();
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await dialog.getByText("not collected").waitFor();
  await confirm("Pause");
  await console.says("3 webhooks paused");
  for (const name of ["bulk-1", "bulk-2", "bulk-3"]) expect(await listed(name)).toMatchObject({ active: false });

  receiver.respond("/bulk-2", answer(500, {}, "out of order"));
  await more("Test");
  await confirm("Test");
  await console.says("2 webhooks took the test POST");
  await page.getByRole("button", { name: "Show the result" }).click();
  await dialog.getByRole("link", { name: "bulk-2" }).waitFor();
  await expectSound(console, "result of many");
  receiver.respond("/bulk-2", answer(200));
  await confirm("Try 1 again");
  await console.says("1 webhook took the test POST");

  await more("Delete");
  await dialog.getByText("cannot be undone").waitFor();
  expect(await dialog.getByRole("button", { name: "Delete", exact: true }).isDisabled()).toBe(true);
  // Somebody resumes one meanwhile, and the list under the dialog shows it.
  const resumed = await listed("bulk-2");
  await tidepost.call("PUT", `/webhooks/${resumed?.id}`, { body: { active: true } });
  await page.locator("tr", { hasText: "bulk-2" }).getByText("Paused").waitFor({ state: "detached" });
  await dialog.getByRole("textbox").fill("3");
  await confirm("Delete");
  await console.says("2 webhooks deleted");
  expect(await listed("bulk-1")).toBeUndefined();
  expect(await listed("bulk-2")).toMatchObject({ active: true });
  for (const name of ["bulk-1", "bulk-3"]) await page.getByRole("link", { name }).waitFor({ state: "detached" });

  await more("Delete");
  await dialog.getByRole("textbox").fill("1");
  await confirm("Delete");
  await console.says("1 webhook deleted");
  expect(await listed("bulk-2")).toBeUndefined();
});
