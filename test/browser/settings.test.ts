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
  await console.says("Webhook renamed meanwhile saved");
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
  await console.says("Enter the number of a sub-account.");
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
  expect(console.complaints).toEqual([]);
  await console.close();
});

it("a filter is made of conditions, tried on samples and on the stream, and changed as JSON, with fields and a mask", async () => {
  const campaign = `spring ${crypto.randomUUID()}`;
  const event = (n: number, fields: object): string =>
    JSON.stringify({
      msys: { message_event: { type: "bounce", n, campaign_id: campaign, rcpt_to: "a@b.c", ...fields } },
    });
  const classes = ["10", "22", "30", "90", "51"];
  await tidepost.ingest(classes.map((bounce, n) => event(n, { bounce_class: bounce })));
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key, width: 390, theme: "dark" });
  const { page } = console;
  await console.open("/webhooks/new");
  await page.getByLabel("Name", { exact: true }).fill("hard bounces");
  await page.getByLabel("Target", { exact: true }).fill(`${receiver.url}/filtered`);
  await page.getByRole("checkbox", { name: "Bounce bounce" }).check();
  await page.getByRole("button", { name: "Add condition" }).click();
  await page.getByLabel("Field of condition 1").fill("campaign");
  await page.getByRole("option", { name: "campaign_id" }).click();
  await page.getByLabel("Value of condition 1").fill(campaign);
  await page.getByRole("button", { name: "Add condition" }).click();
  await page.getByLabel("Field of condition 2").fill("bounce_class");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Comparison of condition 2" }).click();
  await page.getByRole("option", { name: "is at least" }).click();
  // What is wrong stands at its row, and nothing is tried with it.
  await page.getByLabel("Value of condition 2").fill("ten");
  await page.getByRole("button", { name: "Try on samples" }).click();
  await console.says("It must be a number, or a time in ISO 8601");
  expect(await page.getByText(/Would take/).count()).toBe(0);
  await page.getByLabel("Value of condition 2").fill("30");
  await page.getByRole("button", { name: "Try on samples" }).click();
  await page.getByText(/^Would take 0 of \d+ samples?\.$/).waitFor();
  await page.getByRole("button", { name: "Try on the last hour" }).click();
  await page.getByText(/^Would take 3 of [\d,]+ events?.*, of all that arrived from/).waitFor();
  await page.getByRole("button", { name: "Some that it would get, as they are sent" }).click();
  await expectSoundInAll(console, "a filter that was tried");
  // As JSON it can say more, and comes back as rows and a group.
  await page.getByRole("button", { name: "How the filter is edited" }).click();
  await page.getByRole("option", { name: "JSON" }).click();
  const text = page.getByLabel("Filter as JSON");
  const asJson = JSON.parse(await text.inputValue()) as { readonly and: readonly object[] };
  expect(asJson).toEqual({
    and: [
      { field: "campaign_id", eq: campaign },
      { field: "bounce_class", gte: 30 },
    ],
  });
  const group = {
    or: [
      { field: ["rcpt_meta", "plan.name"], eq: "pro" },
      { field: "n", lt: 4 },
    ],
  };
  const filter = { and: [...asJson.and, group] };
  await text.fill(`${JSON.stringify(filter)},`);
  await page.getByRole("button", { name: "How the filter is edited" }).click();
  await page.getByRole("option", { name: "Conditions" }).click();
  await console.says("The filter is no JSON.");
  await text.fill(JSON.stringify(filter));
  await page.getByRole("button", { name: "How the filter is edited" }).click();
  await page.getByRole("option", { name: "Conditions" }).click();
  await page.getByText(/rcpt_meta\.plan\.name\W* equals “\W*pro\W*” or \W*n\W* is less than 4/).waitFor();
  expect(await page.getByLabel("Value of condition 2").inputValue()).toBe("30");
  await page.getByText("The form has changed since: try it again.").waitFor();
  await page.getByRole("radio", { name: "All but some fields" }).check();
  await page.getByLabel("Field 1 that is left out").fill("type");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Add field to be masked" }).click();
  await page.getByLabel("Field 1 that is masked").fill("rcpt_to");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Create webhook" }).click();
  await console.says("“type” must not exclude 'type'.");
  await page.getByLabel("Field 1 that is left out").fill("rcpt_meta");
  await page.keyboard.press("Escape");
  await expectSoundInAll(console, "a filter with a group, and fields");
  await page.getByRole("tab", { name: "As code" }).click();
  await page.getByText("--mask rcpt_to").waitFor();
  await page.getByRole("button", { name: "Create webhook" }).click();
  await page.getByRole("heading", { level: 1, name: "hard bounces" }).waitFor();
  await page
    .getByText(/^all but \W*rcpt_meta\W*$/)
    .first()
    .waitFor();
  const id = /\/webhooks\/([^/?]+)/.exec(page.url())?.[1] ?? "";
  const content = { filter, fields: { exclude: ["rcpt_meta"] }, mask: ["rcpt_to"] };
  expect((await tidepost.call("GET", `/webhooks/${id}`)).json.results).toMatchObject(content);
  // Another change sends nothing of it, and it can be taken away.
  await page.getByRole("tab", { name: "Settings" }).click();
  await page.getByLabel("Name", { exact: true }).first().fill("all of spring");
  for (const row of [3, 2, 1])
    await page
      .getByRole("button", { name: /^Remove condition/ })
      .nth(row - 1)
      .click();
  await page.getByRole("radio", { name: "All fields" }).check();
  await page.getByRole("button", { name: "Remove field rcpt_to" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "all of spring" }).waitFor();
  const none = { filter: null, fields: null, mask: [] };
  expect((await tidepost.call("GET", `/webhooks/${id}`)).json.results).toMatchObject(none);
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
  await console.says("Webhook known saved");
  await console.says("does not know the field 'compresion' and has ignored it. Did you mean 'compression'?");
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
