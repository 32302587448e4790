import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type ConsoleWindow,
  expectSound,
  expectSoundInAll,
  openConsole,
  joinBrowser,
} from "../support/console-browser.ts";
import { answer } from "../support/receiver-behaviour.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

const key = crypto.randomUUID();
const longName = `A name of two hundred characters ${"that goes on and on ".repeat(9)}`.slice(0, 200);
const waitMs = 240_000;

const startedAt = Date.now();

let browser: Browser;
let receiver: Receiver;
let tidepost: Tidepost;
/** A webhook whose batches wait for a retry. */
let failing: { readonly id: string; readonly batch: string };
/** One whose batch was delivered. */
let healthy: { readonly id: string; readonly batch: string };
/** One that has had no event yet. */
let fresh: { readonly id: string };

const create = async (fields: object): Promise<string> => {
  const { status, json, text } = await tidepost.call("POST", "/webhooks", { body: fields });
  expect(status, text).toBe(200);
  return json.results.id;
};

/** Waits until a webhook has a batch in a state. */
const batchOf = async (id: string, state: string): Promise<string> =>
  await vi.waitFor(
    async () => {
      const { json } = await tidepost.call("GET", `/webhooks/${id}/batches?state=${state}`);
      const [batch] = json.results as readonly { readonly batch_id: string }[];
      if (batch === undefined) throw new Error(`No batch of ${id} is ${state}`);
      return batch.batch_id;
    },
    { timeout: waitMs, interval: 250 },
  );

beforeAll(async () => {
  [browser, receiver, tidepost] = await Promise.all([joinBrowser(), startReceiver(), joinTidepost(key)]);
  const failingPath = `/${"long-path-".repeat(30)}`;
  receiver.respond(failingPath, {
    kind: "sequence",
    steps: [answer(200), answer(503, { "content-type": "text/html", "retry-after": "600" }, "<h1>No database</h1>")],
  });
  const failingId = await create({ name: longName, target: `${receiver.url}${failingPath}`, events: ["bounce"] });
  const healthyId = await create({ name: "Warehouse feed", target: `${receiver.url}/ok`, events: ["delivery"] });
  fresh = { id: await create({ name: "Alerts", target: `${receiver.url}/alerts`, events: ["spam_complaint"] }) };
  const event = (type: string, n: number): string =>
    JSON.stringify({ msys: { message_event: { type, customer_id: "1", n, rcpt_to: `reader${n}@example.net` } } });
  await tidepost.ingest(Array.from({ length: 60 }, (_, n) => event(n % 2 === 0 ? "bounce" : "delivery", n)));
  failing = { id: failingId, batch: await batchOf(failingId, "retrying") };
  healthy = { id: healthyId, batch: await batchOf(healthyId, "delivered") };
});
afterAll(async () => {
  await Promise.all([browser.close(), receiver.close(), tidepost.stop()]);
});

/** Looks at a view in every width and theme. */
const expectSoundView = async (
  view: string,
  path: string,
  see: (console: ConsoleWindow) => Promise<void>,
): Promise<void> => {
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  await console.open(path);
  await see(console);
  await expectSoundInAll(console, view);
  await console.close();
};

describe("the overview is sound", () => {
  it("of a webhook that delivers", async () => {
    await expectSoundView("overview", `/webhooks/${healthy.id}`, async ({ page }) => {
      await page.getByText("Batches and attempts").first().waitFor();
      // The window of this system, not that of production.
      await page.getByText(/ or 1\u00A0s$/).waitFor();
      await page.getByText(/^OK$/).first().waitFor();
      const since = page.locator(".state time").first();
      expect(Date.parse((await since.getAttribute("datetime")) ?? "")).toBeGreaterThan(startedAt);
      expect(await since.textContent()).toMatch(/^for \d+ (s|min)$/);
      await page.getByText(/^Every attempt took at most .* of 6 s\.$/).waitFor();
      // A day does not look like a month, although all traffic is of this minute.
      await page.getByRole("button", { name: "Batches and attempts: show as table" }).click();
      const points = page.getByRole("region", { name: "Batches and attempts as a table" }).locator("tbody tr");
      expect(await points.count()).toBe(24);
      await page.getByRole("button", { name: "30 days" }).click();
      await page.waitForURL(/\?range=30d$/);
      await page.getByText("Each point stands for 24 hours.").waitFor();
      expect(await points.count()).toBe(30);
      await page.getByRole("button", { name: "1 hour" }).click();
      await page.waitForURL(/\?range=1h$/);
      await page.getByText("Each point stands for a minute.").waitFor();
      expect([60, 61]).toContain(await points.count());
      await page.getByRole("button", { name: "Batches and attempts: show as chart" }).click();
      await page.getByRole("button", { name: "Events delivered: show as table" }).click();
      await page.getByRole("columnheader", { name: "From", exact: true }).waitFor();
    });
  });

  it("of a webhook that fails, with what is at risk", async () => {
    await expectSoundView("failing overview", `/webhooks/${failing.id}`, async ({ page }) => {
      await page.getByText("1 batch, 30 events at risk").waitFor();
      await page.getByText("Reasons of failures").waitFor();
      // It has failed since its first attempt was begun, not since its batch was begun.
      const { json } = await tidepost.call("GET", `/webhooks/${failing.id}/batches/${failing.batch}`);
      const since = Date.parse((await page.locator(".state time").first().getAttribute("datetime")) ?? "");
      expect(since).toBeGreaterThan(Date.parse(json.results.created_at));
      expect(since).toBeLessThanOrEqual(Date.parse(json.results.attempts[0].started_at));
    });
  });

  it("of a new webhook, with the dialog that deletes it", async () => {
    await expectSoundView("delete", `/webhooks/${fresh.id}`, async ({ page }) => {
      await page.getByText("Waiting for the first batch").waitFor();
      await page.getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
      await page.getByText("No batches are queued.").waitFor();
    });
  });
});

it("the overview of all webhooks is sound, with what is at risk and of whom", async () => {
  await expectSoundView("all webhooks", "/overview", async ({ page }) => {
    await page.getByText("1 batch with 30 events of 1 webhook").waitFor();
    await page.getByRole("link", { name: longName }).waitFor();
    await page.getByText("Events delivered").first().waitFor();
    await page.getByRole("link", { name: "Failed 1" }).waitFor();
  });
});

describe("the list of batches is sound", () => {
  it("with a batch beside it", async () => {
    await expectSoundView("split panel", `/webhooks/${failing.id}/batches?batch=${failing.batch}`, async ({ page }) => {
      await page.getByText(/^Attempts? 1.*: 503/).waitFor();
    });
  });

  it("with its filter open", async () => {
    await expectSoundView("filter", `/webhooks/${failing.id}/batches?state=retrying`, async ({ page }) => {
      for (const name of ["Next attempt", "Expires in"]) {
        const box = await page.getByRole("columnheader", { name }).boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? 2_000), name).toBeLessThanOrEqual(1_280);
      }
      await page.getByRole("button", { name: "States" }).click();
      await page.getByRole("option", { name: "Expired" }).waitFor();
    });
  });

  it("when nothing matches, and when there is nothing", async () => {
    await expectSoundView(
      "no match",
      `/webhooks/${healthy.id}/batches?state=expired&reason=http_429&last=1h`,
      async ({ page }) => {
        await page.getByText("state expired, reason http_429, the last 1 hour").waitFor();
      },
    );
    await expectSoundView("no batches", `/webhooks/${fresh.id}/batches`, async ({ page }) => {
      await page.getByRole("heading", { name: "No batch yet" }).waitFor();
    });
  });
});

describe("the page of a batch is sound", () => {
  it("while it waits", async () => {
    await expectSoundView("waiting batch", `/webhooks/${failing.id}/batches/${failing.batch}`, async ({ page }) => {
      await page.getByRole("button", { name: "Answer of the target" }).click();
      await page.getByText("<h1>No database</h1>").waitFor();
      await page.getByRole("button", { name: /^1\. bounce/ }).click();
      await page.getByRole("region", { name: "event 1" }).waitFor();
    });
  });

  it("when it was delivered", async () => {
    await expectSoundView("delivered batch", `/webhooks/${healthy.id}/batches/${healthy.batch}`, async ({ page }) => {
      await page.getByText("They are kept here after a delivery only").waitFor();
    });
  });

  it("when there is no such batch", async () => {
    const path = `/webhooks/${healthy.id}/batches/9d0c4d0e-6a5b-4c3f-8f0e-2b1a7c9d4e11`;
    const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key, expected: /404/ });
    await console.open(path);
    await console.page.getByText("The batch could not be loaded").waitFor();
    await expectSound(console, "no such batch");
    await console.close();
  });
});

it("the test page tells a target that did not answer from one that answered late", async () => {
  receiver.respond("/late", { kind: "sequence", steps: [answer(200), { kind: "hang" }] });
  const id = await create({ name: "Late", target: `${receiver.url}/late`, events: ["click"] });
  const console = await openConsole(browser, { apiUrl: tidepost.apiUrl, key });
  const { page } = console;
  await console.open(`/webhooks/${id}/test`);
  await page.getByRole("button", { name: "Send test POST" }).click();
  await page.getByText("No answer within 6 s", { exact: true }).waitFor();
  expect(await page.getByText(/^Answered after/).count()).toBe(0);
  await console.close();
});

it("the test page is sound with an outcome", async () => {
  await expectSoundView("test", `/webhooks/${failing.id}/test`, async ({ page, says }) => {
    await page.getByRole("button", { name: "Send test POST" }).click();
    await says("The target answered 503");
  });
});

it("the replay page is sound", async () => {
  await expectSoundView("replay", `/webhooks/${healthy.id}/replay`, async ({ page }) => {
    await page.getByRole("button", { name: /^Count first/ }).click();
    await page.getByText("Would send 1 batch, 30 events").waitFor();
  });
});

it("the page with the receiver's code is sound, and has this webhook's values", async () => {
  await expectSoundView("code", `/webhooks/${healthy.id}/code`, async ({ page }) => {
    await page.getByRole("tab", { name: "Python" }).click();
    await page.getByRole("region", { name: "receiver.py" }).getByText(String(receiver.port)).waitFor();
  });
});
