import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ConsoleWindow,
  expectSoundInAll,
  expectSoundInThemes,
  openConsole,
  joinBrowser,
  widths,
} from "../support/console-browser.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

const key = crypto.randomUUID();
const longName = `A name of two hundred characters ${"that goes on and on ".repeat(9)}`.slice(0, 200);

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
beforeAll(async () => {
  [browser, receiver, tidepost] = await Promise.all([joinBrowser(), startReceiver(), joinTidepost(key)]);
});
afterAll(async () => {
  await Promise.all([browser.close(), receiver.close(), tidepost.stop()]);
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
    ["/webhooks", "No webhooks yet"],
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

  it("dialogs are sound", async () => {
    await look(async (console) => {
      const { page } = console;
      await console.open("/api-keys");
      await page.getByRole("button", { name: "Create API key" }).click();
      await page.getByRole("dialog").waitFor();
      await page.getByRole("button", { name: "Create", exact: true }).click();
      await page.getByText("Enter a label.").waitFor();
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

  it("the list is sound, with its filter and its settings open", async () => {
    await look(async (console) => {
      const { page } = console;
      await console.open("/webhooks");
      await page.getByRole("link", { name: "Warehouse feed" }).waitFor();
      const target = await page.getByText(`${receiver.url}/warehouse`).first().boundingBox();
      expect((target?.x ?? 0) + (target?.width ?? 2_000)).toBeLessThanOrEqual(1_280);
      await expectSoundInThemes(console, "list");
      await page.getByPlaceholder("Find webhooks").click();
      await page.getByRole("option").first().waitFor();
      await expectSoundInThemes(console, "filter");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Table settings" }).click();
      await page.getByRole("dialog").waitFor();
      await expectSoundInThemes(console, "table settings");
    });
  });

  it("the list says that nothing matches, and names the filter", async () => {
    const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
    await console.open("/webhooks?f=name=nothing");
    await console.page.getByText("No webhook matches").waitFor();
    await console.page.getByText("Name = nothing").first().waitFor();
    await expectSoundInAll(console, "no match");
    await console.page.getByRole("button", { name: "Clear filter" }).last().click();
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
      await page.getByRole("button", { name: "Pause" }).click();
      await page.getByText("not collected").waitFor();
      await expectSoundInThemes(console, "pause");
      await console.open(`/webhooks/${id}/edit`);
      await page.getByText("Saving sends no test POST").waitFor();
      await expectSoundInThemes(console, "edit");
    });
  });
});

it("500 webhooks are listed in pages", async () => {
  await importWebhooks(
    Array.from({ length: 500 }, (_, n) => ({
      name: `Webhook ${String(n).padStart(3, "0")}`,
      target: `${receiver.url}/many/${n}`,
      events: ["delivery"],
    })),
  );
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  await console.open("/webhooks");
  await console.page.getByText("(503)").waitFor();
  expect(await console.page.getByRole("row").count()).toBe(51);
  await expectSoundInAll(console, "500 webhooks");
  await console.close();
}, 300_000);
