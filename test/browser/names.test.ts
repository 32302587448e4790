/** Names that turn around what stands beside them, unless they are kept apart from it. */
import type { Browser } from "playwright-core";
import { expect, it, vi } from "vitest";
import { type ConsoleWindow, openConsole, patienceMs } from "../support/console-browser.ts";
import { expectApart } from "../support/expect-apart.ts";
import type { Receiver } from "../support/receiver.ts";
import { answer } from "../support/receiver-behaviour.ts";
import type { Tidepost } from "../support/tidepost.ts";
import { useConsole } from "../support/use-console.ts";

const key = crypto.randomUUID();

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
useConsole(key, (world) => {
  ({ browser, receiver, tidepost } = world);
});

const look = async (see: (console: ConsoleWindow) => Promise<void>, expected = /^$/): Promise<void> => {
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key, expected });
  await see(console);
  expect(console.complaints).toEqual([]);
  await console.close();
};

const webhookOf = (name: string) => ({ name, target: `${receiver.url}/${name.slice(0, 3)}`, events: ["click"] });
const create = async (name: string): Promise<string> => {
  const { status, json, text } = await tidepost.call("POST", "/webhooks", { body: webhookOf(name) });
  expect(status, text).toBe(200);
  return json.results.id;
};

it("turns nothing around in the list of keys, its dialogs and messages", async () => {
  const label = "key\u202Eyek";
  await tidepost.call("POST", "/api-keys", { body: { label, grants: ["webhooks/view"] } });
  await look(async (console) => {
    const { page } = console;
    await console.open("/api-keys");
    await expectApart(console, "list", label);
    await page.getByRole("button", { name: `Actions of ${label}` }).click();
    await page.getByRole("menuitem", { name: "Revoke" }).click();
    await expectApart(console, "dialog", label);
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await console.says(`${label} revoked`);
    await expectApart(console, "message", label);
  });
});

it("turns nothing around in a plan", async () => {
  await create("now\u202Ewon");
  const [renamed, added] = [{ ...webhookOf("now\u202Ewon"), name: "then\u202Eneht" }, webhookOf("new\u202Ewen")];
  await look(async (console) => {
    const { page } = console;
    await console.open("/import");
    await page.getByLabel("Or paste its content").fill(JSON.stringify([renamed, added]));
    await page.getByRole("button", { name: "Show the plan" }).click();
    await page.getByText("nothing is changed yet").waitFor();
    await expectApart(console, "plan", added.name);
    await page.getByText("name: \u2068now won\u2069 → \u2068then neht\u2069").waitFor();
  });
});

it("turns nothing around on a webhook's page, in its dialogs, messages and changes", async () => {
  const name = "factura\u202Egpj.exe";
  const id = await create(name);
  await look(async (console) => {
    const { page } = console;
    const dialog = page.getByRole("dialog");
    await console.open(`/webhooks/${id}`);
    await expectApart(console, "webhook", name);
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await dialog.waitFor();
    await expectApart(console, "pausing", name);
    await dialog.getByRole("button", { name: "Pause" }).click();
    await console.says(`${name} paused`);
    await expectApart(console, "paused", name);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await dialog.waitFor();
    await expectApart(console, "deleting", name);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    const renamed = "renamed\u202Eeman";
    await console.open(`/webhooks/${id}/edit`);
    await page.getByRole("textbox", { name: "Name", exact: true }).first().fill(renamed);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await console.says(`${renamed} saved`);
    await expectApart(console, "saved", renamed);
    // In one text with others a name stands between marks, and has no element of its own.
    await page.getByText("name: \u2068factura gpj.exe\u2069 → \u2068renamed eman\u2069").waitFor();
  });
});

it("turns nothing around where an event is found, nor in the list of a batch's events", async () => {
  const name = "found\u202Ednuof";
  const id = await create(name);
  const [recipient, type] = ["recipient\u202E@example.com", "click"];
  receiver.respond("/fou", answer(503));
  const fields = {
    type,
    customer_id: "1",
    event_id: "event\u202Etneve",
    rcpt_to: recipient,
    campaign_id: "plan\u202Enalp",
  };
  await tidepost.ingest([JSON.stringify({ msys: { track_event: fields } })]);
  // A search looks batches up once.
  const retrying = async () => (await tidepost.call("GET", `/webhooks/${id}/batches?state=retrying`)).json.results;
  await vi.waitUntil(async () => (await retrying()).length > 0, { timeout: patienceMs, interval: 250 });
  await look(async (console) => {
    const { page } = console;
    await page.keyboard.press("Control+k");
    await page.getByLabel("Id or recipient").fill(recipient);
    await page.keyboard.press("Enter");
    await page.getByText(/^1 event found/).waitFor();
    for (const each of [name, recipient, fields.event_id, fields.campaign_id])
      await expectApart(console, "found", each);
    await page.getByText(`recipient \u2068recipient @example.com\u2069`).waitFor();
    await page
      .getByRole("row", { name: /Retrying/ })
      .getByRole("link")
      .last()
      .click();
    await page.getByRole("heading", { name: /^Events/ }).waitFor();
    await page.getByText("Show recipient addresses").click();
    await expectApart(console, "events of a batch", recipient);
    await expectApart(console, "batch", name);
  });
  await tidepost.call("DELETE", `/webhooks/${id}`);
});

it("turns nothing around in the dialogs of many webhooks", async () => {
  const names = ["many\u202Eynam-1", "many\u202Eynam-2"];
  for (const name of names) await create(name);
  receiver.respond("/man", answer(500));
  await look(async (console) => {
    const { page } = console;
    const dialog = page.getByRole("dialog").locator("visible=true");
    await console.open("/webhooks?q=many");
    for (const name of names) await expectApart(console, "list of webhooks", name);
    await page.getByRole("checkbox", { name: "Select all webhooks of this page" }).first().press(" ");
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Test" }).click();
    await dialog.getByRole("button", { name: "Test", exact: true }).click();
    await page.getByRole("button", { name: "Show the result" }).click();
    await dialog.getByRole("link", { name: names[0] ?? "" }).waitFor();
    for (const name of names) await expectApart(console, "result of many", name);
  }, /status of 400/);
});
