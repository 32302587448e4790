/** Names that turn around what stands beside them, unless they are kept apart from it. */
import type { Browser } from "playwright-core";
import { expect, it } from "vitest";
import { type ConsoleWindow, openConsole } from "../support/console-browser.ts";
import { expectApart } from "../support/expect-apart.ts";
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

const look = async (see: (console: ConsoleWindow) => Promise<void>): Promise<void> => {
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
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
    await page.getByText(`${label} revoked`).waitFor();
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
    await page.getByText(`${name} paused`).waitFor();
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
    await page.getByText(`${renamed} saved`).waitFor();
    await expectApart(console, "saved", renamed);
    // In one text with others a name stands between marks, and has no element of its own.
    await page.getByText("name: \u2068factura gpj.exe\u2069 → \u2068renamed eman\u2069").waitFor();
  });
});
