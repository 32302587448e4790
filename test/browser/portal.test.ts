import type { Browser } from "playwright-core";
import { beforeAll, expect, inject, it } from "vitest";
import {
  type ConsoleWindow,
  expectSound,
  expectSoundInAll,
  newContext,
  openConsole,
} from "../support/console-browser.ts";
import { foreignPage, serveForeignPages } from "../support/foreign-pages.ts";
import type { Receiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";
import { useConsole } from "../support/use-console.ts";

const key = crypto.randomUUID();
/** What the browser says of requests that the API refuses. */
const expected = /status of 4\d\d/;

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
useConsole(key, (world) => {
  ({ browser, receiver, tidepost } = world);
});
beforeAll(async () => {
  for (const [name, subaccount] of [
    ["Newsletter", "7"],
    ["Somebody else's", "8"],
  ] as const) {
    const body = { name, target: `${receiver.url}/${subaccount}`, events: ["bounce"] };
    const headers = { "x-msys-subaccount": subaccount };
    const { status, text } = await tidepost.call("POST", "/webhooks", { body, headers });
    if (status !== 200) throw new Error(text);
  }
});

const makeLink = async (grants = ["webhooks/view"]): Promise<{ readonly id: string; readonly url: string }> => {
  const body = { label: "Ann at customer 2", grants, subaccount_id: 7 };
  const { status, json, text } = await tidepost.call("POST", "/portal-links", { body });
  expect(status, text).toBe(200);
  return json.results;
};
const stateOf = async (id: string): Promise<string | undefined> => {
  const { json } = await tidepost.call("GET", "/portal-links?limit=100");
  return (json.results as readonly { readonly id: string; readonly state: string }[]).find((link) => link.id === id)
    ?.state;
};
const openLink = async (link: string): Promise<ConsoleWindow> =>
  await openConsole(browser, { apiUrl: tidepost.apiUrl, link, expected });

it("a portal link opens the console for its sub-account, once, until its user signs out", async () => {
  const { id, url } = await makeLink();
  const console = await openLink(url);
  const { page } = console;
  expect(page.url()).not.toContain("portal=");
  await page.getByRole("link", { name: "Acme Mail" }).waitFor();
  await expect.poll(() => page.title(), { timeout: 60_000 }).toMatch(/· Acme Mail$/);
  await page.getByRole("link", { name: "Webhooks", exact: true }).click();
  await page.getByRole("link", { name: "Newsletter" }).waitFor();
  await page.getByText("Somebody else's").waitFor({ state: "detached" });
  // Its name comes with its grants.
  await page.getByRole("button", { name: "Ann at customer 2" }).waitFor();
  expect(await page.getByRole("link", { name: /API keys|Import/ }).count()).toBe(0);
  expect(await page.locator("[aria-disabled=true]", { hasText: "Create webhook" }).count()).toBe(1);
  await expectSoundInAll(console, "the webhooks of a portal");
  await page.reload();
  await page.getByRole("link", { name: "Newsletter" }).waitFor();
  await console.open("/api-keys");
  await page.getByText("There is no such page").first().waitFor();

  const second = await openLink(url);
  await second.page.getByRole("heading", { level: 1, name: "This link has been opened already" }).waitFor();
  await expectSound(second, "a link that was opened before");
  await second.close();

  await page.getByRole("button", { name: "Ann at customer 2" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { level: 1, name: "You have signed out" }).waitFor();
  expect(await stateOf(id)).toBe("ended");
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "Sign in to Tidepost" }).waitFor();
  expect(console.complaints).toEqual([]);
  await console.close();
});

it("a session that is ended elsewhere says so, and leaves nothing", async () => {
  const { id, url } = await makeLink(["webhooks/modify"]);
  const console = await openLink(url);
  await console.open("/webhooks/new");
  await console.page.getByLabel("Name", { exact: true }).waitFor();
  // All that the session makes belongs to its sub-account.
  expect(await console.page.getByRole("button", { name: /^Sub-accounts/ }).count()).toBe(0);
  await console.open("/webhooks");
  await console.page.getByRole("link", { name: "Newsletter" }).waitFor();
  expect((await tidepost.call("DELETE", `/portal-links/${id}`)).status).toBe(204);
  await console.page.getByRole("heading", { level: 1, name: "Your session has ended" }).waitFor();
  expect(await console.page.getByText("Newsletter").count()).toBe(0);
  await console.close();
});

it("a page that was opened for one session never acts for another one of the same browser", async () => {
  const [first, second] = [await makeLink(), await makeLink()];
  const console = await openLink(first.url);
  await console.open("/webhooks");
  await console.page.getByRole("link", { name: "Newsletter" }).waitFor();
  const other = await console.context.newPage();
  await other.goto(second.url);
  await other.getByRole("button", { name: "Open the link" }).click();
  await other.getByRole("button", { name: "Ann at customer 2" }).waitFor();
  await console.page.getByRole("heading", { level: 1, name: "Your session has ended" }).waitFor();
  // The second one goes on: the first has forgotten itself alone.
  await other.reload();
  await other.getByRole("button", { name: "Ann at customer 2" }).waitFor();
  // A link in a page that is open already.
  const third = await makeLink();
  await other.goto(third.url);
  await other.getByRole("button", { name: "Open the link" }).click();
  await expect.poll(async () => await stateOf(third.id), { timeout: 60_000 }).toBe("open");
  expect(other.url()).not.toContain("portal=");
  await console.close();
});

it("a link asks whoever is signed in before it is opened, and works again for whom it has signed in", async () => {
  const { id, url } = await makeLink();
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key, expected });
  const { page } = console;
  const ann = page.getByRole("button", { name: "Ann at customer 2" });
  const apiKeys = page.getByRole("link", { name: "API keys" });
  const question = page.getByRole("heading", { level: 1, name: "Open this link?" });
  // In the page that is open, and in one that is loaded.
  for (const leave of [async () => {}, async () => void (await page.goto("about:blank"))]) {
    await leave();
    await page.goto(url);
    await question.waitFor();
    expect(page.url()).not.toContain("portal=");
    await page.getByRole("button", { name: "Stay signed in" }).click();
    await apiKeys.waitFor();
    await page.reload();
    await apiKeys.waitFor();
  }
  expect(await stateOf(id)).toBe("unopened");

  await page.goto(url);
  await question.waitFor();
  await console.ready();
  await expectSoundInAll(console, "the question whether a link is to be opened");
  await page.getByRole("button", { name: "Open the link" }).click();
  await ann.waitFor();
  expect(await stateOf(id)).toBe("open");
  await page.reload();
  await ann.waitFor();
  expect(await apiKeys.count()).toBe(0);
  await page.goto("about:blank");
  await page.goto(url);
  await ann.waitFor();
  expect(console.complaints).toEqual([]);
  await console.close();
});

it("a browser that keeps nothing but cookies for the page shows a portal", async () => {
  const { id, url } = await makeLink();
  const context = await newContext(browser);
  const denied = `{ get: () => { throw new DOMException("denied", "SecurityError"); } }`;
  await context.addInitScript({
    content: `Object.defineProperties(window, { localStorage: ${denied}, sessionStorage: ${denied} });`,
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "Ann at customer 2" }).waitFor();
  expect((await tidepost.call("DELETE", `/portal-links/${id}`)).status).toBe(204);
  await page.getByRole("heading", { level: 1, name: "Your session has ended" }).waitFor();
  await context.close();
});

const frameOf = (src: string): string => `<iframe name="portal" src="${src}" width="1200" height="800"></iframe>`;

it("pages of the origins that an operator names show a portal in a frame, and those of others nothing", async () => {
  const frameOrigin = inject("frameOrigin");
  const other = await serveForeignPages("localhost");
  const link = await makeLink();
  const bare = new URL(link.url);
  bare.hash = "";
  const context = await newContext(browser);
  const page = await context.newPage();
  const refused: string[] = [];
  page.on("console", (message) => void refused.push(message.text()));
  await page.goto(foreignPage(other.origin, frameOf(link.url)));
  await expect.poll(() => refused.join("\n"), { timeout: 60_000 }).toContain("frame-ancestors");
  expect(await stateOf(link.id)).toBe("unopened");

  await page.goto(foreignPage(frameOrigin, frameOf(bare.href)));
  const frame = page.frameLocator("iframe");
  await frame.getByRole("heading", { name: "There is nothing to see here" }).waitFor();
  expect(await frame.getByLabel("API key").count()).toBe(0);

  await page.goto(foreignPage(frameOrigin, frameOf(link.url)));
  await frame.getByRole("link", { name: "Webhooks", exact: true }).click();
  await frame.getByRole("link", { name: "Newsletter" }).waitFor();
  const [cookie] = await context.cookies(`${tidepost.apiUrl}/portal/webhooks`);
  expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: "None" });
  await context.close();
  await other.close();
});

/** Runs in a page of another origin: each way in which it could send a request with the cookie, with what became of it. */
const attacks = (apiUrl: string, webhookId: string): string => `(async () => {
  const form = document.createElement("form");
  Object.assign(form, { method: "POST", action: "${apiUrl}/portal/webhooks/${webhookId}/rotate-secret", target: "sink" });
  document.body.append(Object.assign(document.createElement("iframe"), { name: "sink" }), form);
  form.submit();
  const ways = [
    { method: "DELETE" },
    { method: "POST", mode: "no-cors", body: "{}" },
    { method: "PUT", headers: { "content-type": "application/json", "x-tidepost-portal": "LINK" }, body: '{"active":false}' },
    { method: "GET" },
  ];
  return await Promise.all(ways.map(async (way) => {
    try {
      const response = await fetch("${apiUrl}/portal/webhooks/${webhookId}", { credentials: "include", ...way });
      return response.type === "opaque" ? "opaque" : String(response.status) + await response.text();
    } catch {
      return "refused";
    }
  }));
})()`;

it.each(["127.0.0.1", "localhost"])("a page of another origin at %s changes and reads nothing", async (host) => {
  const link = await makeLink(["webhooks/modify"]);
  const console = await openLink(link.url);
  await console.open("/webhooks");
  await console.page.getByRole("link", { name: "Newsletter" }).waitFor();
  const { json } = await tidepost.call("GET", "/webhooks", { headers: { "x-msys-subaccount": "7" } });
  const [before] = json.results;
  // At the same host it is the same site: the cookie comes with its requests, whatever SameSite says.
  const pages = await serveForeignPages(host);
  const foreign = await console.context.newPage();
  const sent: string[] = [];
  console.context.on("response", (response) => {
    if (response.url().includes("/portal/webhooks/") && !response.url().includes("summary")) {
      sent.push(`${response.request().method()} ${response.status()}`);
    }
  });
  await foreign.goto(foreignPage(pages.origin, ""));
  const code = attacks(tidepost.apiUrl, before.id).replace("LINK", link.id);
  expect(await foreign.evaluate<readonly string[]>(code)).toEqual(["refused", "opaque", "refused", "refused"]);
  await expect
    .poll(() => sent.filter((line) => line.startsWith("POST")), { timeout: 60_000 })
    .toEqual(["POST 401", "POST 401"]);
  const after = await tidepost.call("GET", `/webhooks/${before.id}`);
  expect(after.json.results).toMatchObject({ active: true, updated_at: before.updated_at, etag: before.etag });
  // The console goes on.
  await console.page.reload();
  await console.page.getByRole("link", { name: "Newsletter" }).waitFor();
  await pages.close();
  await console.close();
});
