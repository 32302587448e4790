import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type ConsoleWindow,
  expectSoundInAll,
  expectSoundInThemes,
  openConsole,
  widths,
} from "../support/console-browser.ts";
import type { Receiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";
import { useConsole } from "../support/use-console.ts";

const key = crypto.randomUUID();
const longName = `A name of two hundred characters ${"that goes on and on ".repeat(9)}`.slice(0, 200);

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
useConsole(key, (world) => {
  ({ browser, receiver, tidepost } = world);
});

/** Looks at what is opened by hand in every width, each in a window of its own: a change of width would close it. */
const look = async (run: (console: ConsoleWindow) => Promise<void>) => {
  for (const width of widths) {
    const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key, width });
    await run(console);
    await console.close();
  }
};

const importWebhooks = async (entries: readonly object[]): Promise<void> => {
  // What a request has no time for is done by the next one.
  for (let round = 0; round < 20; round += 1) {
    const { status, json, text } = await tidepost.call("POST", "/webhooks/import", { body: entries });
    // A busy machine took too long for the gateway.
    if (status === 504) continue;
    if (status !== 200) throw new Error(text);
    const { plan } = json.results as { readonly plan: readonly { readonly outcome: string }[] };
    if (plan.every(({ outcome }) => outcome === "applied" || outcome === "unchanged")) return;
  }
  throw new Error("The webhooks were not imported in 20 rounds");
};

it("the page for signing in is sound", async () => {
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl });
  await console.page.getByRole("button", { name: /what a key may do/i }).click();
  await expectSoundInAll(console, "sign in");
  await console.close();
});

describe("without webhooks", () => {
  it.each([
    ["/overview", "No webhooks yet"],
    ["/webhooks", "No webhooks yet"],
    ["/subaccounts", "There are no webhooks yet."],
    ["/webhooks?subaccount=5", "Sub-account 5"],
    ["/webhooks/new", "Create webhook"],
    ["/import", "Or paste its content"],
    ["/events", "Who takes it"],
    ["/api-keys", "test"],
    ["/nowhere", "There is no such page"],
  ])("%s is sound", async (path, text) => {
    const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
    await console.open(path);
    await console.page.getByText(text).locator("visible=true").first().waitFor();
    await expectSoundInAll(console, path);
    await console.close();
  });

  it("a key was last used after it was made, by the figures of its row", async () => {
    const body = { label: "used", grants: ["webhooks/view"] };
    const { json } = await tidepost.call("POST", "/api-keys", { body });
    const used = { headers: { authorization: json.results.key } };
    expect((await tidepost.call("GET", "/webhooks", used)).status).toBe(200);
    const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
    await console.open("/api-keys");
    const times = console.page.getByRole("row").filter({ hasText: "used" }).locator("time");
    await times.nth(1).waitFor();
    const [created = 0, lastUsed = 0] = (
      await Promise.all((await times.all()).map((time) => time.getAttribute("datetime")))
    ).map((at) => Date.parse(at ?? ""));
    expect(lastUsed).toBeGreaterThanOrEqual(created);
    await console.close();
    await tidepost.call("DELETE", `/api-keys/${json.results.id}`);
  });

  it("dialogs are sound", async () => {
    await look(async (console) => {
      const { page } = console;
      await console.open("/api-keys");
      await page.getByRole("button", { name: "Create API key" }).click();
      await page.getByRole("dialog").waitFor();
      await page.getByRole("button", { name: "Create", exact: true }).click();
      await console.says("Enter a label.");
      await expectSoundInThemes(console, "dialog for a new key");
      await page.keyboard.press("Escape");
      await page.getByRole("heading", { level: 1 }).click();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await expectSoundInThemes(console, "shortcuts");
    });
  });
});

describe("with a few webhooks", () => {
  beforeAll(async () => {
    await importWebhooks([
      { name: "Warehouse feed", target: `${receiver.url}/warehouse`, events: ["delivery", "bounce"] },
      { name: longName, target: `${receiver.url}/${"long-path-".repeat(30)}`, events: ["open", "click", "bounce"] },
      { name: "Alerts", target: `${receiver.url}/alerts`, events: ["spam_complaint"], auth_token: "secret-token" },
    ]);
  });

  it("the list is sound, with its settings open", async () => {
    await look(async (console) => {
      const { page } = console;
      await console.open("/webhooks");
      await page.getByRole("link", { name: "Warehouse feed" }).waitFor();
      const target = await page.getByText(`${receiver.url}/warehouse`).first().boundingBox();
      expect((target?.x ?? 0) + (target?.width ?? 2_000)).toBeLessThanOrEqual(1_280);
      await expectSoundInThemes(console, "list");
      await page.getByRole("button", { name: "Table settings" }).click();
      await page.getByRole("dialog").waitFor();
      await expectSoundInThemes(console, "table settings");
    });
  });

  it("the list says that nothing matches, and names what is searched for", async () => {
    const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
    await console.open("/webhooks?q=nothing&state=failed");
    await console.page.getByText("No webhook matches").waitFor();
    await console.page.getByText("“nothing” in the name, the target or the id, state Failed").waitFor();
    await expectSoundInAll(console, "no match");
    await console.page.getByRole("button", { name: "Clear search" }).click();
    await console.page.getByRole("link", { name: "Alerts" }).waitFor();
    await console.close();
  });

  it("dialogs that pause and the form that edits are sound", async () => {
    const { json } = await tidepost.call("GET", "/webhooks");
    const webhooks = json.results as readonly { readonly id: string; readonly name: string }[];
    const id = webhooks.find(({ name }) => name === longName)?.id ?? "";
    await look(async (console) => {
      const { page } = console;
      await console.open("/webhooks");
      await page.getByRole("checkbox", { name: "Select Alerts" }).check();
      await page.getByRole("button", { name: "Pause", exact: true }).click();
      await page.getByText("not collected").waitFor();
      await expectSoundInThemes(console, "pause");
      await console.open(`/webhooks/${id}/edit`);
      await page.getByText("Saving sends no test POST").waitFor();
      await expectSoundInThemes(console, "edit");
    });
  });
});

it("500 webhooks are searched, sorted and turned over by the server; the way back leads through all of it", async () => {
  await importWebhooks(
    Array.from({ length: 500 }, (_, n) => ({
      name: `Webhook ${String(n).padStart(3, "0")}`,
      target: `${receiver.url}/many/${n}`,
      events: ["delivery"],
    })),
  );
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  const { page } = console;
  await console.open("/webhooks?sort=name");
  await page.getByText("(503)").waitFor();
  expect(await page.getByRole("row").count()).toBe(51);
  await page.getByRole("button", { name: "Pending 503" }).waitFor();
  await expectSoundInAll(console, "500 webhooks");
  await console.setWidth(1280);

  await page.getByRole("button", { name: /Page 3/ }).click();
  await page.getByRole("link", { name: "Webhook 100" }).waitFor();
  await page.waitForURL(/\?sort=name&page=3$/);
  await page.getByLabel("Find webhooks").fill("many/49");
  await console.says("11 matches");
  await page.waitForURL(/\?q=many%2F49&sort=name$/);
  // By keyboard: the header that stays in sight lies over the table's own.
  await page.getByRole("columnheader", { name: "Name" }).getByRole("button").first().press("Enter");
  await page.waitForURL(/sort=-name$/);
  await page.getByRole("row").nth(1).getByText("Webhook 499").waitFor();
  await page.getByRole("button", { name: /^OK 0/ }).click();
  await page.getByText("No webhook matches").waitFor();
  for (const shown of ["Webhook 499", "Webhook 049", "Webhook 097"]) {
    await page.goBack();
    await page.getByRole("row").nth(1).getByText(shown).waitFor();
  }
  expect(await page.getByLabel("Find webhooks").inputValue()).toBe("");
  // A link to a page that is no more leads to the first.
  await console.open("/webhooks?sort=name&page=99");
  await page.getByRole("link", { name: "Alerts" }).waitFor();
  await console.close();
});

it("sub-accounts show whose webhooks fail, lead to these alone, and all that match are these alone", async () => {
  const add = async (name: string, subaccount?: number): Promise<void> => {
    const body = { name, target: `${receiver.url}/${name}`, events: ["delivery"] };
    const headers = subaccount === undefined ? {} : { "X-MSYS-SUBACCOUNT": String(subaccount) };
    const { status, text } = await tidepost.call("POST", "/webhooks", { body, headers });
    expect(status, text).toBe(200);
  };
  await Promise.all([add("of 31, one", 31), add("of 31, two", 31), add("of 312", 312), add("of all")]);
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  const { page } = console;
  await console.open("/webhooks");
  await page.getByRole("link", { name: "Sub-accounts" }).click();
  await page.getByRole("heading", { level: 1, name: /Sub-accounts/ }).waitFor();
  const row = (name: string) => page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
  await row("Primary account and all sub-accounts").waitFor();
  await expectSoundInAll(console, "sub-accounts");
  await console.setWidth(1280);
  await page.getByLabel("Find sub-accounts").fill("31");
  await console.says("2 matches");
  await page.reload();
  await console.says("2 matches");
  await row("Sub-account 31").getByRole("link").first().click();
  await page.getByRole("link", { name: "of 31, one" }).waitFor();
  expect(page.url()).toMatch(/#\/webhooks\?subaccount=31$/);
  for (const name of ["of 312", "of all"]) expect(await page.getByRole("link", { name }).count()).toBe(0);
  await page.getByRole("checkbox", { name: "Select of 31, one" }).check();
  await page.getByRole("button", { name: "Select all 2 that match" }).click();
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const dialog = page.getByRole("dialog").locator("visible=true");
  await dialog.getByRole("button", { name: "Pause", exact: true }).click();
  await console.says("2 webhooks paused");
  await expectSoundInAll(console, "the webhooks of a sub-account");
  await console.setWidth(1280);
  await page.getByRole("button", { name: "Show the webhooks of all" }).click();
  // Those of other tests may fill the first page.
  await page.getByLabel("Find webhooks").fill("of 312");
  await page.getByRole("link", { name: "of 312" }).waitFor();
  const { json } = await tidepost.call("GET", "/webhooks");
  const active = (json.results as readonly { readonly name: string; readonly active: boolean }[])
    .filter(({ name, active: isActive }) => name.startsWith("of ") && isActive)
    .map(({ name }) => name);
  expect(active.toSorted()).toEqual(["of 312", "of all"]);
  expect(console.complaints).toEqual([]);
  await console.close();
});
