import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { retryWindowMs } from "#shared/contract/limits.ts";
import { type Aws, startAws } from "../support/aws.ts";
import { createDeliverWorld, eventsFrom, worldStart } from "../support/deliver-world.ts";
import { openTidepost } from "../support/open-tidepost.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { answer } from "../support/receiver-behaviour.ts";

const second = 1_000;
const minute = 60 * second;

/** The schedule: 30 s, 1, 2, 4, 8 minutes, then a quarter of an hour until four hours are over. */
const delaysMs = [30 * second, minute, 2 * minute, 4 * minute, 8 * minute, ...Array<number>(20).fill(15 * minute)];
/** Jitter adds a tenth at most; SQS counts whole seconds. */
const longestMs = (delayMs: number): number => Math.min(delayMs * 1.1, 15 * minute) + second;

const gapsOf = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0));

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => await receiver.close());

describe("four hours on a clock of the test's own", () => {
  let aws: Aws;
  beforeAll(async () => {
    vi.stubEnv("POWERTOOLS_LOG_LEVEL", "SILENT");
    vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "true");
    aws = await startAws();
  });
  afterAll(async () => {
    await aws.stop();
    vi.unstubAllEnvs();
  });

  it.each([0, 0.3, 1])("follow the schedule with a jitter of %f, and end at the cutoff", async (jitter) => {
    const world = await createDeliverWorld({ aws, receiver, behaviour: answer(500), jitter: () => jitter });
    await world.send();
    const cutoff = worldStart + retryWindowMs;
    await world.drain({ until: cutoff });
    const times = world.posts.map(({ at }) => at);
    for (const [index, gap] of gapsOf(times).entries()) {
      const delayMs = delaysMs[index] ?? 0;
      expect(gap).toBeGreaterThanOrEqual(delayMs);
      expect(gap).toBeLessThanOrEqual(longestMs(delayMs));
    }
    // The next attempt would have come after the cutoff: none was left out.
    expect(times.at(-1)).toBeLessThan(cutoff);
    expect((times.at(-1) ?? 0) + longestMs(delaysMs[times.length - 1] ?? 0)).toBeGreaterThanOrEqual(cutoff);
    expect(await world.storedBodies()).toHaveLength(1);
    expect(await world.recordsOf()).toMatchObject([{ state: "retrying", expiresAt: new Date(cutoff).toISOString() }]);

    await world.drain();
    expect(world.posts).toHaveLength(times.length);
    const [record] = await world.recordsOf();
    expect(record).toMatchObject({ state: "expired", endedAt: new Date(cutoff).toISOString() });
    expect(record?.attempts.map(({ at }) => Date.parse(at))).toEqual(times);
    expect(await world.violations()).toEqual([]);
    await world.close();
  });

  it("keep their end when Retry-After stretches the schedule, and no delay exceeds 15 minutes", async () => {
    const behaviour = answer(503, { "retry-after": "7200" });
    const world = await createDeliverWorld({ aws, receiver, behaviour });
    await world.send();
    await world.drain();
    const gaps = gapsOf(world.posts.map(({ at }) => at));
    expect(new Set(gaps)).toEqual(new Set([15 * minute]));
    expect(world.posts).toHaveLength(16);
    expect(await world.recordsOf()).toMatchObject([{ state: "expired" }]);
    expect(await world.violations()).toEqual([]);
    await world.close();
  });

  it("end for every batch of a dead target, parked or not, with few POSTs between them", async () => {
    const world = await createDeliverWorld({ aws, receiver, behaviour: answer(500) });
    for (let first = 0; first < 12; first += 1) await world.send({ first });
    await world.drain();
    expect((await world.recordsOf()).map(({ state }) => state)).toEqual(Array(12).fill("expired"));
    // Two invocations of ten before the breaker opens, then a probe every 5 minutes at the most.
    expect(world.posts.length).toBeLessThanOrEqual(12 + retryWindowMs / (5 * minute) + 5);
    expect(await world.violations()).toEqual([]);
    await world.close();
  }, 300_000);
});

describe("four hours in 30 seconds", () => {
  it("are told by batch-status and batches while they last and afterwards", async () => {
    const scale = 480;
    const tidepost = await openTidepost({ key: "life-key", retryScale: scale });
    const body = { name: "life", target: `${receiver.url}/life`, events: ["delivery"] };
    const { json, text } = await tidepost.call("POST", "/v1/webhooks", { body });
    expect(json?.results, text).toBeDefined();
    const webhookId = String(json.results.id);
    receiver.respond("/life", answer(503, {}, "out of order"));
    const events = eventsFrom(0, 3, 100_000).map((event) => JSON.stringify(event));
    await tidepost.ingest(events);

    const get = async (path: string) => (await tidepost.call("GET", `/v1/webhooks/${webhookId}/${path}`)).json.results;
    const posts = () => receiver.requests.filter(({ path, bodyBytes }) => path === "/life" && bodyBytes > 100);
    await expect.poll(posts, { timeout: 240_000 }).not.toEqual([]);
    await expect.poll(async () => (await get("batch-status"))[0]?.attempts, { timeout: 240_000 }).toBeGreaterThan(1);
    const [early] = await get("batch-status");
    expect(early).toMatchObject({ failure_code: "503", response_code: "503", batch_size: 3, webhook_id: webhookId });
    expect(await tidepost.listKeys(`batches/${webhookId}/`)).toHaveLength(1);
    await expect
      .poll(async () => await get(`batches/${early.batch_id}`), { timeout: 240_000 })
      .toMatchObject({ state: "retrying", next_attempt_at: expect.any(String) });

    await expect
      .poll(async () => (await get(`batches/${early.batch_id}`)).state, { timeout: 240_000, interval: 250 })
      .toBe("expired");
    const { attempts, expires_at: expiresAt, ended_at: endedAt } = await get(`batches/${early.batch_id}`);
    const [late] = await get("batch-status");
    expect(late).toMatchObject({ batch_id: early.batch_id, failure_code: "503", attempts: attempts.length });
    expect(await get("batches?state=expired")).toMatchObject([{ batch_id: early.batch_id, attempts: attempts.length }]);

    const started: readonly { readonly started_at: string }[] = attempts;
    const times = started.map(({ started_at: at }) => Date.parse(at));
    // The window starts when the first attempt is claimed, which comes before its POST.
    expect(Date.parse(expiresAt) - (times[0] ?? 0)).toBeLessThanOrEqual(retryWindowMs / scale);
    for (const [index, gap] of gapsOf(times).entries())
      expect(gap).toBeGreaterThanOrEqual((delaysMs[index] ?? 0) / scale);
    // An attempt that is claimed in time may start late on a busy machine; the clock of the test above knows no such delay.
    for (const time of times.slice(0, -1)) expect(time).toBeLessThan(Date.parse(expiresAt));
    expect(Date.parse(endedAt)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    expect(attempts).toHaveLength(posts().length);
    for (const attempt of attempts) {
      expect(attempt).toMatchObject({ status: 503, reason: "http_5xx", response_excerpt: "out of order" });
    }
    await expect.poll(async () => await tidepost.listKeys(`batches/${webhookId}/`), { timeout: 240_000 }).toEqual([]);

    const before = posts().length;
    receiver.respond("/life", answer(200));
    const recovery = await tidepost.call("POST", `/v1/webhooks/${webhookId}/replay`, { body: { only: "expired" } });
    expect(recovery.json?.results, recovery.text).toMatchObject({ only: "expired", state: "running" });
    await expect
      .poll(async () => await get(`batches/${early.batch_id}`), { timeout: 240_000, interval: 250 })
      .toMatchObject({ state: "delivered", replay_id: recovery.json.results.id });
    const again = posts().slice(before);
    expect(again.map(({ headers }) => headers["x-messagesystems-batch-id"])).toEqual([early.batch_id]);
    expect(again.map(({ body: sent }) => JSON.parse(sent.toString()))).toEqual([
      events.map((event) => JSON.parse(event)),
    ]);
    await expect.poll(async () => await tidepost.listKeys(`batches/${webhookId}/`), { timeout: 240_000 }).toEqual([]);
    await tidepost.stop();
  });
});
