import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { Batch } from "../../receiver/index.ts";
import { adapters, type StartedAdapter } from "../support/receiver-adapters.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

let tidepost: Tidepost;
beforeAll(async () => {
  tidepost = await joinTidepost();
});
afterAll(async () => await tidepost.stop());

let open: (StartedAdapter | undefined)[] = [];
afterEach(async () => {
  await Promise.all(open.map(async (item) => await item?.close()));
  open = [];
});

const token = "a-long-shared-secret";

it.each(Object.entries(adapters))(
  "a signed, compressed webhook with a token delivers to the %s adapter",
  async (name, start) => {
    // Creating the webhook makes its secret, so that a receiver learns it afterwards.
    const unsigned = await start({ token, onBatch: () => undefined });
    open.push(unsigned);
    const type = "click";
    const fields = {
      name,
      target: unsigned.url,
      events: [type],
      auth_token: token,
      signing: true,
      compression: "gzip",
    };
    const created = await tidepost.call("POST", "/webhooks", { body: fields });
    expect(created.status, created.text).toBe(200);
    const { id, signing_secret: secret } = created.json.results;

    const batches: Batch[] = [];
    const receiver = await start({ token, secret, onBatch: (batch) => void batches.push(batch) });
    open.push(receiver);
    const moved = await tidepost.call("PUT", `/webhooks/${id}`, { body: { target: receiver.url, auth_token: token } });
    expect(moved.status, moved.text).toBe(200);

    await tidepost.ingest(
      Array.from({ length: 400 }, (_, n) => JSON.stringify({ msys: { track_event: { type, n: String(n) } } })),
    );
    await vi.waitUntil(() => batches.flatMap(({ events }) => events).length >= 400, { timeout: 240_000, interval: 20 });
    const numbers = batches.flatMap(({ events }) => events.map(({ data }) => Number(data["n"])));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, n) => n));
    const batchId = batches[0]?.batchId;
    await vi.waitUntil(
      async () =>
        (await tidepost.call("GET", `/webhooks/${id}/batches/${batchId}`)).json.results?.state === "delivered",
      { timeout: 240_000, interval: 50 },
    );

    const wrong = { auth_token: "another", target: `${receiver.url}?again` };
    const refused = await tidepost.call("PUT", `/webhooks/${id}`, { body: wrong });
    expect({ status: refused.status, text: refused.text }).toMatchObject({
      status: 400,
      text: expect.stringContaining("X-MessageSystems-Webhook-Token header is missing or wrong"),
    });
    await tidepost.call("DELETE", `/webhooks/${id}`);
  },
);
