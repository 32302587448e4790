import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type ConsoleWindow, expectSoundInAll, joinBrowser, openConsole } from "../support/console-browser.ts";
import { answer } from "../support/receiver-behaviour.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { startTidepost, type Tidepost } from "../support/tidepost.ts";

const path = "/hook";
const ping = '[{"msys":{}}]';
/** A batch, with a wait between attempts that a page can be looked at in. */
const timing = ["--window", "1", "--retry-scale", "10"];
const deliveredMs = 240_000;

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
let console: ConsoleWindow;
beforeAll(async () => {
  [browser, tidepost] = await Promise.all([joinBrowser(), startTidepost(timing)]);
});
afterAll(async () => {
  await Promise.all([browser.close(), tidepost.stop()]);
});
beforeEach(async () => {
  receiver = await startReceiver();
  // A batch's body goes when it is delivered, also between the page's look at the batch and its look at the body.
  console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key: "local-key", expected: /status of 404/ });
});
afterEach(async () => {
  expect(console.complaints).toEqual([]);
  await console.close();
  const { json } = await tidepost.call("GET", "/webhooks");
  for (const { id } of json.results) await tidepost.call("DELETE", `/webhooks/${id}`);
  await receiver.close();
});

const createWebhook = async (fields: object = {}): Promise<string> => {
  const body = { name: "Feed", target: `${receiver.url}${path}`, events: ["delivery"], ...fields };
  const { status, json, text } = await tidepost.call("POST", "/webhooks", { body });
  expect(status, text).toBe(200);
  return json.results.id;
};

const ingest = async (count: number): Promise<void> =>
  await tidepost.ingest(
    Array.from({ length: count }, (_, n) =>
      JSON.stringify({
        msys: { message_event: { type: "delivery", customer_id: "1", n, rcpt_to: `reader${n}@example.net` } },
      }),
    ),
  );

/** Events that the receiver has got in batches so far. */
const received = (): number =>
  receiver.requests
    .filter(({ state, body }) => state === "answered" && body.toString() !== ping)
    .reduce((sum, { body }) => sum + (JSON.parse(body.toString()) as readonly unknown[]).length, 0);

it("leads from nothing to the first batch", async () => {
  const { page } = console;
  await page.getByRole("link", { name: "Create the first webhook" }).click();
  await page.getByLabel("Name", { exact: true }).fill("First feed");
  await page.getByLabel("Target", { exact: true }).fill(`${receiver.url}${path}`);
  await page.getByText("All events, including future ones").click();
  await page.getByRole("button", { name: "Create webhook" }).click();
  await page.getByRole("heading", { level: 1, name: "First feed" }).waitFor();
  await page.getByText("Waiting for the first batch").waitFor();

  await ingest(7);
  await page.getByRole("tab", { name: "Batches" }).click();
  await page.getByRole("row", { name: /Delivered.*200 in/ }).waitFor();
  await page
    .getByRole("row", { name: /Delivered/ })
    .getByRole("link")
    .click();
  await page.getByText("with 7 of at most 10,000 events").waitFor();
  await page.getByText("Attempt 1: 200").waitFor();
  expect(received()).toBe(7);
});

it("follows a batch from its failure over its countdown to its recovery", async () => {
  const id = await createWebhook();
  receiver.respond(path, answer(503, {}, "no database"));
  await ingest(3);
  const { page } = console;
  await console.open(`/webhooks/${id}/batches`);
  await page
    .getByRole("row", { name: /(?:Retrying|Parked).*target answers 5xx/ })
    .getByRole("link")
    .click();
  // Retries may have come by now, which are folded into one line with the first attempt, and have opened the breaker.
  await page.getByText(/^Attempts? 1.*: 503/).waitFor();
  await page.getByText(/^(?:Next attempt|Looked at again)$/).waitFor();
  await page.getByText("if no attempt succeeds before").waitFor();

  receiver.respond(path, answer(200));
  await page.getByText(/^Attempt \d+: 200/).waitFor();
  await page.getByText("Delivered", { exact: true }).first().waitFor();
  expect(received()).toBeGreaterThanOrEqual(3);
});

it("shows a waiting batch's events without their recipients until asked, and redelivers it by a key", async () => {
  const id = await createWebhook();
  // A minute and a half: it is still waiting when the page has been read.
  receiver.respond(path, answer(503, { "retry-after": "900" }));
  await ingest(3);
  const { page } = console;
  await console.open(`/webhooks/${id}/batches?state=retrying`);
  await page
    .getByRole("row", { name: /Retrying/ })
    .getByRole("link")
    .click();
  await page.getByText("r…@example.net").first().waitFor();
  expect(await page.getByText("reader0@example.net").count()).toBe(0);
  await page.getByText("Show recipient addresses").click();
  await page.getByText("reader0@example.net").first().waitFor();

  receiver.respond(path, answer(200));
  await page.getByRole("heading", { level: 1 }).focus();
  // The key sends nothing more while the batch is being sent.
  let sent = 0;
  const pressed = Promise.withResolvers<undefined>();
  await page.route(/\/redeliver$/, async (route) => {
    sent += 1;
    await pressed.promise;
    await route.continue();
  });
  for (const _ of [1, 2]) await page.keyboard.press("r");
  pressed.resolve(undefined);
  // Another attempt may have been faster.
  await page.getByText(/^Attempt \d+ of batch .* is under way$/).waitFor();
  await page.getByText(/^Attempt \d+: 200/).waitFor();
  expect(sent).toBe(1);
  expect(received()).toBeGreaterThanOrEqual(3);
});

it("takes the address that a target redirects to into the settings, for their owner to save", async () => {
  const id = await createWebhook();
  receiver.respond(path, answer(302, { location: "/moved" }));
  await ingest(3);
  const { page } = console;
  await console.open(`/webhooks/${id}/batches?state=retrying,parked`);
  await page
    .getByRole("row", { name: /Retrying|Parked/ })
    .getByRole("link")
    .click();
  await page.getByRole("button", { name: "Use the redirect's address as Target" }).click();
  await page.getByRole("tab", { name: "Settings", selected: true }).waitFor();
  await page.getByText("What was filled in before is still here.").waitFor();
  expect(await page.getByLabel("Target", { exact: true }).inputValue()).toBe(`${receiver.url}/moved`);
  const { json } = await tidepost.call("GET", `/webhooks/${id}`);
  expect(json.results.target).toBe(`${receiver.url}${path}`);
});

it("counts what a replay would send, and sends it", async () => {
  const id = await createWebhook({ batch_size: 10 });
  await ingest(25);
  await receiver.until(() => received() === 25, deliveredMs);
  const { page } = console;
  await console.open(`/webhooks/${id}/replay`);
  await page.getByRole("button", { name: /^Count first/ }).click();
  // The stream has the events of other tests too.
  const verdict = await page.getByText(/^Would send \d+ batches, \d+ events$/).textContent();
  const events = Number(/(\d+) events/.exec(verdict ?? "")?.[1]);
  expect(events).toBeGreaterThanOrEqual(25);
  expect(received()).toBe(25);
  await page.getByRole("button", { name: /^Send \d+ batches$/ }).click();
  await page.getByRole("row", { name: /Finished.* of \d+ sent/ }).waitFor();
  await receiver.until(() => received() === 25 + events, deliveredMs);
});

it("counts what can be recovered, names it, and sends it with the batch's own id", async () => {
  const id = await createWebhook();
  receiver.respond(path, answer(503, { "retry-after": "900" }));
  await ingest(3);
  const { page } = console;
  await console.open(`/webhooks/${id}/batches?state=retrying`);
  await page
    .getByRole("row", { name: /Retrying/ })
    .getByRole("link")
    .waitFor();
  const { json } = await tidepost.call("GET", `/webhooks/${id}/batches?state=retrying`);
  const batchId = String(json.results[0].batch_id);
  await console.open(`/webhooks/${id}/replay`);
  await page.getByRole("button", { name: "Count what can be recovered" }).click();
  await page.getByText("No such batch is left.").waitFor();
  await page.getByRole("radio", { name: "Failed" }).check();
  await page.getByRole("button", { name: "Count what can be recovered" }).click();
  await page.getByText("Would send 1 batch, 3 events").waitFor();
  expect(await page.getByRole("link", { name: batchId.slice(0, 8) }).getAttribute("href")).toContain(batchId);

  receiver.respond(path, answer(200));
  const before = receiver.requests.length;
  await page.getByRole("button", { name: "Send 1 batch" }).click();
  await receiver.until(({ requests }) => requests.length > before, deliveredMs);
  expect(receiver.requests[before]?.headers["x-messagesystems-batch-id"]).toBe(batchId);
  await page.getByRole("row", { name: /failed batches.*1 of 1 sent/ }).waitFor();
});

it("counts what a paused webhook would get, and sends it only once that is resumed", async () => {
  const id = await createWebhook();
  receiver.respond(path, answer(503, { "retry-after": "900" }));
  await ingest(3);
  const { page } = console;
  await console.open(`/webhooks/${id}/batches?state=retrying`);
  const row = page.getByRole("row", { name: /Retrying/ });
  const batchId = /[^/]+$/.exec((await row.getByRole("link").getAttribute("href")) ?? "")?.[0] ?? "";
  await tidepost.call("PUT", `/webhooks/${id}`, { body: { active: false } });
  await console.open(`/webhooks/${id}/replay?batch=${batchId}`);
  await page.getByText("The webhook is paused. What a replay would send can be counted.").waitFor();
  await page.getByRole("button", { name: "Count what can be recovered" }).click();
  await page.getByText("Would send 1 batch, 3 events").waitFor();
  const send = page.getByRole("button", { name: "Send 1 batch" });
  expect(await send.isDisabled()).toBe(true);
  await send.focus();
  await page.getByRole("tooltip").getByText("The webhook is paused: resume it first.").waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
  await page.getByRole("button", { name: "Send 1 batch", disabled: false }).waitFor();
  // What was counted of one batch is not offered where all that expired would be sent.
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Replay events" }).click();
  await page.getByText("Which batches").waitFor();
  expect(await send.count()).toBe(0);
});

it("finds a batch by its id alone, from anywhere, and says so when there is none", async () => {
  const id = await createWebhook();
  await ingest(3);
  await receiver.until(() => received() >= 3, deliveredMs);
  const batchId = String(receiver.requests.at(-1)?.headers["x-messagesystems-batch-id"]);
  const { page } = console;
  await console.open("/events");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  const field = page.getByLabel("Id or recipient");
  await field.waitFor();
  await page.waitForFunction("document.activeElement?.tagName === 'INPUT'");
  await page.keyboard.press("Enter");
  await console.says("Give an id or an address.");
  await field.fill(` ${batchId.toUpperCase()} `);
  await page.keyboard.press("Enter");
  await page.getByText("Attempt 1: 200").waitFor();
  expect(page.url()).toContain(`#/webhooks/${id}/batches/${batchId}`);
  await console.open(`/find/${crypto.randomUUID()}`);
  await page.getByText(/^No batch .* was found$/).waitFor();
});

it("shows the outcome of a delivered batch that is sent again", async () => {
  const id = await createWebhook({ keep_bodies_days: 1 });
  await ingest(2);
  await receiver.until(() => received() >= 2, deliveredMs);
  const batchId = String(receiver.requests.at(-1)?.headers["x-messagesystems-batch-id"]);
  const { page } = console;
  await console.open(`/webhooks/${id}/batches/${batchId}`);
  await page.getByText("Attempt 1: 200").waitFor();
  receiver.respond(path, answer(500, {}, "out of order"));
  // The page looks at the batch before the attempt is made.
  const { text: before } = await tidepost.call("GET", `/webhooks/${id}/batches/${batchId}`);
  const asBefore = { contentType: "application/json", body: before };
  await page.route(`**/batches/${batchId}`, async (route) => await route.fulfill(asBefore), { times: 1 });
  await page.getByRole("button", { name: "Send again" }).click();
  await page.getByText("Attempt 2, sent again: 500").waitFor();
  expect(received()).toBe(2 + 2);
});

it("finds an event by its recipient, from anywhere, with its batch, and prints that", async () => {
  const id = await createWebhook();
  await createWebhook({ name: "Paused feed", active: false });
  const recipient = `${crypto.randomUUID()}@example.net`;
  const fields = { type: "delivery", customer_id: "1", event_id: "92356927693813856", rcpt_to: recipient };
  const text = JSON.stringify({ msys: { message_event: { ...fields, queue: 0 } } });
  await tidepost.ingest([text.replace('"queue":0', '"queue":92356927693813856123')]);
  await receiver.until(() => received() >= 1, deliveredMs);
  const batchId = String(receiver.requests.at(-1)?.headers["x-messagesystems-batch-id"]);
  const { page } = console;
  await console.open("/events");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByLabel("Id or recipient").fill(recipient.toUpperCase());
  // A second Enter starts no second search.
  let searches = 0;
  const held = Promise.withResolvers<undefined>();
  await page.route(/\/events\/search$/, async (route) => {
    searches += 1;
    await held.promise;
    await route.continue();
  });
  await page.evaluate(`(async () => {
    const enter = () => new KeyboardEvent("keydown", { key: "Enter", code: "Enter", keyCode: 13, bubbles: true });
    document.activeElement.dispatchEvent(enter());
    // The second comes before any timer, as on a busy machine.
    for (let tick = 0; tick < 100; tick += 1) await undefined;
    document.activeElement.dispatchEvent(enter());
  })()`);
  held.resolve(undefined);
  await page.getByText(/^1 event found\. Everything that arrived from .* was read\./).waitFor();
  expect(searches).toBe(1);
  const row = page.getByRole("row", { name: /Feed .*Delivered 200 at/ });
  await row.waitFor();
  await page.getByRole("row", { name: /Paused feed .*No batch: the webhook was/ }).waitFor();
  await page.getByRole("button", { name: "The event" }).click();
  await page.getByText('"queue": 92356927693813856123').waitFor();
  await expectSoundInAll(console, "a search");
  await page.emulateMedia({ media: "print" });
  await page.getByText(batchId).waitFor();
  await page.getByText(/^Proof of delivery as of .*#\/events\/search\//).waitFor();
  expect(await page.getByRole("button", { name: "Print proof of delivery" }).isVisible()).toBe(false);
  await page.emulateMedia({ media: "screen" });
  const address = page.url();
  await row.getByRole("link", { name: batchId.slice(0, 8) }).click();
  await page.getByText("Attempt 1: 200").waitFor();
  expect(page.url()).toContain(`#/webhooks/${id}/batches/${batchId}`);
  await page.goto(address);
  await page.getByText(/^1 event found/).waitFor();

  await page.keyboard.press("Control+k");
  await page.getByLabel("Id or recipient").fill("nobody@example.net");
  await page.keyboard.press("Enter");
  await page.getByText(/^No such event was found\. Everything/).waitFor();
});

it("does not lead to a search whose dialog was closed before it began", async () => {
  const { page } = console;
  await console.open("/events");
  await page.getByRole("heading", { level: 1 }).waitFor();
  const open = async (): Promise<void> => {
    await page.keyboard.press("Control+k");
    await page.getByLabel("Id or recipient").waitFor();
  };
  await open();
  const closed = Promise.withResolvers<undefined>();
  await page.route(/\/events\/search$/, async (route) => {
    await closed.promise;
    await route.continue();
  });
  await page.getByLabel("Id or recipient").fill("nobody@example.net");
  const answered = page.waitForResponse(/\/events\/search$/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  closed.resolve(undefined);
  await (await answered).finished();
  await open();
  expect(page.url()).toMatch(/#\/events$/);
});

it("pauses with a waiting batch, says what becomes of it, and sends it on resuming", async () => {
  const id = await createWebhook();
  receiver.respond(path, answer(503, { "retry-after": "20" }));
  await ingest(4);
  const { page } = console;
  await console.open(`/webhooks/${id}`);
  await page.getByText("1 batch, 4 events at risk").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("1 batch (4 events) already formed: they wait").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await page.getByText("Paused", { exact: true }).waitFor();

  receiver.respond(path, answer(200));
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
  await receiver.until(() => received() >= 4 + 4, deliveredMs);
  await page.getByText("OK", { exact: true }).waitFor();
  const { json } = await tidepost.call("GET", `/webhooks/${id}/summary`);
  expect(json.results).toMatchObject({ active: true, pending_batches: 0 });
});

it("holds the list of batches while it is read, and counts what is new", async () => {
  const id = await createWebhook({ batch_size: 1 });
  await ingest(40);
  const { page } = console;
  await console.open(`/webhooks/${id}/batches`);
  await page.getByText("(40)").waitFor();
  await page.mouse.move(600, 600);
  await page.mouse.wheel(0, 600);
  await page.waitForFunction("window.scrollY > 100");
  await ingest(3);
  await page.getByRole("button", { name: "3 new" }).waitFor();
  expect(await page.getByText("(40)").count()).toBe(1);
  await page.getByRole("button", { name: "3 new" }).click();
  await page.getByText("(43)").waitFor();
});
