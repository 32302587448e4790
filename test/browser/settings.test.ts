import type { Browser } from "playwright-core";
import { expect, it } from "vitest";
import { expectSoundInAll, openConsole } from "../support/console-browser.ts";
import type { Receiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";
import { useConsole } from "../support/use-console.ts";
import { isSignedWith } from "../support/verify-signature.ts";

const key = crypto.randomUUID();

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
useConsole(key, (world) => {
  ({ browser, receiver, tidepost } = world);
});

const createSigned = async (name: string): Promise<{ readonly id: string; readonly secret: string }> => {
  const body = { name, target: `${receiver.url}/${name}`, events: ["delivery"], signing: true };
  const { status, json, text } = await tidepost.call("POST", "/webhooks", { body });
  expect(status, text).toBe(200);
  return { id: json.results.id, secret: json.results.signing_secret };
};

it("the signing secret is rotated from the settings, which keep what was typed and can be saved afterwards", async () => {
  const { id, secret: old } = await createSigned("rotated");
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  const { page } = console;
  await console.open(`/webhooks/${id}/edit`);
  await page.getByText(`****${old.slice(-4)}`).waitFor();
  // The settings are a tab among the others.
  await page.getByRole("tab", { name: "Settings", selected: true }).waitFor();
  await page.getByRole("heading", { level: 1, name: "rotated" }).waitFor();
  // The window of this system, not that of production.
  await page.getByText("A batch closes at this many events, or after 1 second.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("renamed meanwhile");
  await page.getByRole("button", { name: "Rotate secret" }).click();
  await page.getByRole("dialog").getByRole("radio", { name: "7 days" }).check();
  await page.getByRole("dialog").getByRole("button", { name: "Rotate", exact: true }).click();
  await page.getByText("This is the only time").waitFor();
  const fresh = (await page.getByText(/^whsec_/).textContent()) ?? "";
  await page.getByRole("checkbox", { name: /I have stored/ }).check();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText(/The secret before it signs too, until/).waitFor();
  await page.getByText(`****${fresh.slice(-4)}`).waitFor();

  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Webhook renamed meanwhile saved").waitFor();
  expect(console.complaints).toEqual([]);
  await console.close();

  await tidepost.call("POST", `/webhooks/${id}/validate`);
  const request = receiver.requests.at(-1);
  if (request === undefined) throw new Error("no test POST has arrived");
  for (const secret of [old, fresh]) expect(await isSignedWith(secret, request)).toBe(true);
  const { json } = await tidepost.call("GET", `/webhooks/${id}`);
  expect(json.results.name).toBe("renamed meanwhile");
  expect(Date.parse(json.results.old_secrets_end)).toBeGreaterThan(Date.now() + 6 * 24 * 60 * 60 * 1_000);
});

it("a webhook of one sub-account gets headers on its token request, and is changed to take all but some", async () => {
  receiver.respond("/token", { kind: "answer", status: 200, body: '{"access_token":"a","expires_in":3600}' });
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  const { page } = console;
  await console.open("/webhooks/new");
  await page.getByLabel("Name", { exact: true }).fill("accounts");
  await page.getByLabel("Target", { exact: true }).fill(`${receiver.url}/accounts`);
  await page.getByRole("radio", { name: "OAuth 2.0" }).check();
  await page.getByLabel("Token URL").fill(`${receiver.url}/token`);
  await page.getByRole("button", { name: "Add token header" }).click();
  await page.getByLabel("Name of token header 1").fill("X-Tenant");
  await page.getByLabel("Value of token header 1").fill("mail");
  await page.getByText("All events, including future ones").click();
  await page.getByRole("button", { name: "Sub-accounts (all)" }).click();
  await page.getByRole("radio", { name: "One sub-account" }).check();
  await page.getByRole("button", { name: "Create webhook" }).click();
  await page.getByText("Enter the number of a sub-account.").waitFor();
  await page.getByLabel("Sub-account", { exact: true }).fill("101");
  await page.getByRole("button", { name: "Create webhook" }).click();
  await page.getByRole("heading", { level: 1, name: "accounts" }).waitFor();
  await page.getByText("Sub-account 101 only").waitFor();
  expect(receiver.requests.find(({ path }) => path === "/token")?.headers["x-tenant"]).toBe("mail");

  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("radio", { name: "Primary account and all sub-accounts" }).check();
  await page.getByLabel("Sub-accounts left out").fill("3, 17");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("All but 3, 17").waitFor();

  // What the form does not have stays as it is.
  const id = /\/webhooks\/([^/?]+)/.exec(page.url())?.[1] ?? "";
  const content = {
    filter: { field: "campaign_id", eq: "spring" },
    fields: { exclude: ["rcpt_meta"] },
    mask: ["rcpt_to"],
  };
  expect((await tidepost.call("PUT", `/webhooks/${id}`, { body: content })).status).toBe(200);
  await page.reload();
  for (const text of ['{"field":"campaign_id","eq":"spring"}', '{"exclude":["rcpt_meta"]}', "rcpt_to"]) {
    await page.getByText(text, { exact: true }).first().waitFor();
  }
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).first().fill("filtered");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "filtered" }).waitFor();
  expect((await tidepost.call("GET", `/webhooks/${id}`)).json.results).toMatchObject({ name: "filtered", ...content });
  expect(console.complaints).toEqual([]);
  await console.close();
});

it("what the API has ignored of a form is told, and stays until it is read", async () => {
  const { id } = await createSigned("half-known");
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  const { page } = console;
  await console.open(`/webhooks/${id}/edit`);
  // As a page does that was loaded before the API was rolled back.
  await page.route(`**/v1/webhooks/${id}`, async (route) => {
    const sent: unknown = route.request().method() === "PUT" ? route.request().postDataJSON() : undefined;
    await route.continue(sent === undefined ? {} : { postData: { ...(sent as object), compresion: "gzip" } });
  });
  await page.getByLabel("Name", { exact: true }).fill("known");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Webhook known saved").waitFor();
  await page
    .getByText("does not know the field 'compresion' and has ignored it. Did you mean 'compression'?")
    .waitFor();
  expect(console.complaints).toEqual([]);
  await console.close();
});

it("the settings of a signed webhook and the dialog that rotates its secret are sound", async () => {
  const { id } = await createSigned("looked-at");
  await tidepost.call("PUT", `/webhooks/${id}`, { body: { exception_subaccounts: [3, 17] } });
  await tidepost.call("POST", `/webhooks/${id}/rotate-secret`);
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  await console.open(`/webhooks/${id}/edit`);
  await console.page.getByRole("radio", { name: "OAuth 2.0" }).check();
  await console.page.getByRole("button", { name: "Add token header" }).click();
  await console.page.getByRole("tab", { name: "As code" }).click();
  await expectSoundInAll(console, "settings");
  await console.page.getByRole("button", { name: "Rotate secret" }).click();
  await console.page.getByRole("dialog").waitFor();
  await expectSoundInAll(console, "dialog that rotates");
  await console.close();
});
