import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testBatchId } from "#shared/delivery/headers.ts";
import { type Receiver, type RecordedRequest, startReceiver } from "../support/receiver.ts";
import { answer, type Behaviour, redirect } from "../support/receiver-behaviour.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

/** Each webhook gets these in one batch. */
const eventCount = 4;
const events = Array.from({ length: eventCount }, (_, n) =>
  JSON.stringify({ msys: { message_event: { type: "delivery", customer_id: "1", n, pad: "x".repeat(300) } } }),
);
const batchBody = `[${events.join(",")}]`;
/** All outcomes and one retry each, on a busy machine. */
const settleTimeoutMs = 240_000;

interface Attempt {
  readonly n: number;
  readonly outcome: "delivered" | "failed";
  readonly status?: number;
  readonly reason?: string;
  readonly error_code?: string;
  readonly response_excerpt?: string;
  readonly started_at: string;
  readonly latency_ms: number;
}
interface Batch {
  readonly batch_id: string;
  readonly state: string;
  readonly events: number;
  readonly attempts: readonly Attempt[];
}

/** What a target does to the first POST of a batch, and how the attempt must be recorded; the next POST gets 200. */
interface Fault {
  readonly name: string;
  readonly behaviour: Behaviour;
  readonly recorded: Partial<Attempt>;
  /** Whether the target's end of the POST was its own answer. */
  readonly seen: RecordedRequest["state"];
}

const http = (status: number, reason: string, headers: Readonly<Record<string, string>> = {}): Fault => ({
  name: String(status) + (headers["retry-after"] === undefined ? "" : "-retry-after"),
  behaviour: answer(status, headers, `answer ${status}`),
  recorded: { status, reason, response_excerpt: `answer ${status}` },
  seen: "answered",
});

const faults: readonly Fault[] = [
  http(301, "http_3xx", { location: "/elsewhere" }),
  http(400, "http_4xx"),
  http(401, "auth_rejected"),
  http(404, "http_4xx"),
  http(410, "http_4xx"),
  http(429, "http_429", { "retry-after": "90" }),
  http(500, "http_5xx"),
  http(503, "http_5xx", { "retry-after": "90" }),
  {
    name: "redirect",
    behaviour: redirect("/elsewhere", 307),
    recorded: { status: 307, reason: "http_3xx" },
    seen: "answered",
  },
  { name: "hang", behaviour: { kind: "hang" }, recorded: { reason: "response_timeout" }, seen: "aborted" },
  {
    name: "drip-headers",
    behaviour: { kind: "dripHeaders", everyMs: 100 },
    recorded: { reason: "response_timeout" },
    seen: "aborted",
  },
  {
    name: "reset-mid-body",
    behaviour: { kind: "reset", when: "midBody" },
    recorded: { reason: "connection_reset", error_code: "ECONNRESET" },
    seen: "aborted",
  },
  {
    name: "reset-after-body",
    behaviour: { kind: "reset", when: "afterBody" },
    recorded: { reason: "connection_reset", error_code: "ECONNRESET" },
    seen: "aborted",
  },
  { name: "close-early", behaviour: { kind: "closeEarly" }, recorded: { reason: "connection_reset" }, seen: "aborted" },
  {
    name: "not-http",
    behaviour: { kind: "raw", text: "SSH-2.0-OpenSSH_9.6\r\n", end: true },
    recorded: { reason: "invalid_response" },
    seen: "aborted",
  },
  {
    name: "other-token",
    behaviour: { kind: "requireHeader", name: "x-messagesystems-webhook-token", value: "another" },
    recorded: { status: 401, reason: "auth_rejected" },
    seen: "answered",
  },
];

/** Answers that count as delivered, however they end. */
const successes: readonly (readonly [name: string, behaviour: Behaviour, recorded: Partial<Attempt>])[] = [
  ["200", answer(200, {}, "thanks"), { status: 200, response_excerpt: "thanks" }],
  ["204", answer(204), { status: 204 }],
  ["hang-after-headers", { kind: "hangAfterHeaders", start: "begun" }, { status: 200, response_excerpt: "begun" }],
  ["drip-body", { kind: "dripBody", everyMs: 100 }, { status: 200 }],
  ["reset-after-headers", { kind: "reset", when: "afterHeaders" }, { status: 200 }],
  ["huge-answer", { kind: "hugeBody", bytes: 50_000_000 }, { status: 200, response_excerpt: "x".repeat(1_024) }],
  [
    "right-token",
    { kind: "requireHeader", name: "x-messagesystems-webhook-token", value: "s3cret-token" },
    { status: 200 },
  ],
];

let tidepost: Tidepost;
let receiver: Receiver;
/** Resets every connection, later on. */
let resetting: Receiver;
/** Is gone, later on. */
let gone: Receiver;
const webhookIds = new Map<string, string>();

const postsTo = (name: string, from: Receiver = receiver): readonly RecordedRequest[] =>
  from.requests.filter(
    ({ path, headers }) => path === `/${name}` && headers["x-messagesystems-batch-id"] !== testBatchId,
  );
const idOf = ({ headers }: RecordedRequest): unknown => headers["x-messagesystems-batch-id"];

const batchesOf = async (name: string): Promise<readonly Batch[]> => {
  const path = `/webhooks/${webhookIds.get(name) ?? ""}/batches`;
  const { json } = await tidepost.call("GET", path);
  const listed: readonly Batch[] = json.results;
  return await Promise.all(
    listed.map(async ({ batch_id: id }) => (await tidepost.call("GET", `${path}/${id}`)).json.results),
  );
};

/** The one batch of a webhook, once it has ended. */
const settled = async (name: string): Promise<Batch> => {
  await expect
    .poll(async () => (await batchesOf(name)).map(({ state }) => state), { timeout: settleTimeoutMs, interval: 500 })
    .toEqual(["delivered"]);
  const [batch] = await batchesOf(name);
  if (batch === undefined) throw new Error(`${name} has no batch`);
  return batch;
};

const create = async (name: string, from: Receiver = receiver): Promise<void> => {
  const target = `${from.url}/${name}`;
  const body = { name, target, events: ["delivery"], auth_token: "s3cret-token" };
  const { json, text } = await tidepost.call("POST", "/webhooks", { body });
  if (json.results === undefined) throw new Error(`${name}: ${text}`);
  webhookIds.set(name, json.results.id);
};

beforeAll(async () => {
  [receiver, resetting, gone] = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
  tidepost = await joinTidepost();
  // Every target takes the test POST, and shows its other side only to batches.
  for (const { name } of faults) await create(name);
  for (const [name] of successes) await create(name);
  for (const name of ["refuse-by-size", "refuse-all"]) await create(name);
  await create("reset-at-connect", resetting);
  await create("refused", gone);
  for (const { name, behaviour } of faults) {
    receiver.respond(`/${name}`, { kind: "sequence", steps: [behaviour, answer(200)] });
  }
  for (const [name, behaviour] of successes) receiver.respond(`/${name}`, behaviour);
  receiver.respond("/refuse-by-size", { kind: "refuseOver", bytes: Math.ceil(batchBody.length * 0.6) });
  receiver.respond("/refuse-all", answer(413));
  resetting.endConnections();
  resetting.resetConnections(true);
  await gone.close();
  await tidepost.ingest(events);
}, 300_000);
afterAll(async () => {
  await tidepost.stop();
  await Promise.all([receiver.close(), resetting.close()]);
});

describe("an attempt that fails", () => {
  it.each(faults)("by $name is recorded, and the next one delivers the same", async (fault) => {
    const batch = await settled(fault.name);
    expect(batch.attempts).toHaveLength(2);
    const [first, second] = batch.attempts;
    expect(first).toMatchObject({ n: 1, outcome: "failed", ...fault.recorded });
    expect(second).toMatchObject({ n: 2, outcome: "delivered", status: 200 });
    const posts = postsTo(fault.name);
    expect(posts.map(idOf)).toEqual([batch.batch_id, batch.batch_id]);
    expect(posts[0]?.state).toBe(fault.seen);
    expect(posts[1]?.body.toString()).toBe(batchBody);
    if (fault.name !== "reset-mid-body") expect(posts[0]?.body.toString()).toBe(batchBody);
  });

  it.each(["429-retry-after", "503-retry-after"])("by %s waits as long as the target asked", async (name) => {
    const { attempts } = await settled(name);
    const [first, second] = attempts.map(({ started_at: at }) => Date.parse(at));
    // 90 s at 60 times the speed, where the schedule alone would have waited 0.5 s.
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1_500);
  });

  it("by a hang ends its connection after 6 s", async () => {
    const { attempts } = await settled("hang");
    // A timer and a clock may differ by a millisecond.
    expect(attempts[0]?.latency_ms).toBeGreaterThanOrEqual(5_990);
  });

  it("by a reset as it connects is recorded, and delivered once the target is back", async () => {
    await expect
      .poll(async () => (await batchesOf("reset-at-connect"))[0]?.attempts[0], { timeout: settleTimeoutMs })
      .toMatchObject({ outcome: "failed", reason: "connection_reset", error_code: "ECONNRESET" });
    expect(postsTo("reset-at-connect", resetting)).toEqual([]);
    resetting.resetConnections(false);
    const { attempts } = await settled("reset-at-connect");
    expect(attempts.at(-1)).toMatchObject({ outcome: "delivered" });
    expect(postsTo("reset-at-connect", resetting)).toHaveLength(1);
  });

  it("because nothing listens there is recorded, with the next attempt", async () => {
    await expect
      .poll(async () => (await batchesOf("refused"))[0]?.attempts[0], { timeout: settleTimeoutMs })
      .toMatchObject({ outcome: "failed", reason: "connect_failed", error_code: "ECONNREFUSED" });
  });

  it("is never followed to where a redirect points", async () => {
    await Promise.all(["301", "redirect"].map(settled));
    expect(postsTo("elsewhere")).toEqual([]);
  });
});

describe("an answer of 2xx", () => {
  it.each(successes)("by %s delivers the batch in one POST", async (name, _behaviour, recorded) => {
    const batch = await settled(name);
    expect(batch.attempts).toHaveLength(1);
    expect(batch.attempts[0]).toMatchObject({ n: 1, outcome: "delivered", ...recorded });
    const posts = postsTo(name);
    expect(posts.map(idOf)).toEqual([batch.batch_id]);
    expect(posts[0]?.body.toString()).toBe(batchBody);
  });
});

describe("a target that refuses by size", () => {
  it("gets the batch in two halves", async () => {
    const states = async () => (await batchesOf("refuse-by-size")).map(({ state }) => state).toSorted();
    await expect.poll(states, { timeout: settleTimeoutMs }).toEqual(["delivered", "delivered", "split"]);
    const batches = await batchesOf("refuse-by-size");
    const whole = batches.find(({ state }) => state === "split");
    expect(whole).toMatchObject({ events: eventCount, attempts: [{ status: 413, outcome: "failed" }] });
    const [refused, ...halves] = postsTo("refuse-by-size");
    expect(refused === undefined ? undefined : idOf(refused)).toBe(whole?.batch_id);
    expect(new Set(halves.map(idOf))).toEqual(
      new Set(batches.filter(({ state }) => state === "delivered").map(({ batch_id: id }) => id)),
    );
    const texts = halves.flatMap(({ body }) => JSON.parse(body.toString())).map((event) => JSON.stringify(event));
    expect(texts.toSorted()).toEqual(events.toSorted());
  });

  it("gets single events when it refuses everything, which then fail like any other", async () => {
    const singles = async () => (await batchesOf("refuse-all")).filter((batch) => batch.events === 1);
    await expect.poll(async () => (await singles()).length, { timeout: settleTimeoutMs }).toBe(eventCount);
    const failed = async () => (await singles()).filter(({ attempts }) => attempts[0]?.reason === "http_413").length;
    await expect.poll(failed, { timeout: settleTimeoutMs }).toBe(eventCount);
    expect((await batchesOf("refuse-all")).filter(({ state }) => state === "split")).toHaveLength(eventCount - 1);
  });
});
