import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { freePort, startTidepost, type Tidepost } from "../support/tidepost.ts";

const kills = 20;
const eventsPerRequest = 200;
/** A claim of a killed invocation ends after 35 s; then its batch is tried again. */
const drainTimeoutMs = 120_000;

/** Delays between 0.1 and 3.5 s from a seed, so that a failing run can be repeated. */
const killMoments = (seed: number): readonly number[] =>
  Array.from({ length: kills }, (_, round) => {
    const digest = createHash("sha256").update(`${seed}/${round}`).digest();
    return 100 + (digest.readUInt32BE() % 3_400);
  });

/** Ingests until the process dies; returns the numbers of the events that were acknowledged. */
const load = async (tidepost: Tidepost, next: () => number): Promise<readonly number[]> => {
  const acknowledged: number[] = [];
  for (;;) {
    const numbers = Array.from({ length: eventsPerRequest }, next);
    const events = numbers.map((n) => JSON.stringify({ msys: { message_event: { type: "delivery", n } } }));
    try {
      await tidepost.ingest(events);
    } catch {
      return acknowledged;
    }
    acknowledged.push(...numbers);
  }
};

const received = (receiver: Receiver): ReadonlySet<number> => {
  const complete = receiver.requests.filter(({ state, body }) => state !== "receiving" && body.at(-1) === 0x5d);
  const events = complete.flatMap(({ body }) => JSON.parse(body.toString()));
  return new Set(events.map((event) => event.msys.message_event?.n));
};

/** Batch ids that came with more than one body. */
const ambiguousIds = (receiver: Receiver): readonly string[] => {
  const bodies = new Map<string, Set<string>>();
  for (const { headers, body, bodyBytes } of receiver.requests) {
    if (String(bodyBytes) !== headers["content-length"]) continue;
    const id = String(headers["x-messagesystems-batch-id"]);
    bodies.set(id, (bodies.get(id) ?? new Set()).add(createHash("sha256").update(body).digest("hex")));
  }
  return [...bodies].flatMap(([id, hashes]) => (hashes.size > 1 ? [id] : []));
};

it(
  `${kills} kills at random moments under load lose no acknowledged event`,
  async () => {
    const seed = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000);
    const data = await mkdtemp(join(tmpdir(), "tidepost-crash-"));
    const receiver = await startReceiver();
    const args = ["--data", data, "--window", "1", "--port", String(await freePort())];
    const acknowledged: number[] = [];
    let n = 0;

    for (const [round, moment] of killMoments(seed).entries()) {
      const tidepost = await startTidepost(args);
      if (round === 0) {
        const body = { name: "crash", target: `${receiver.url}/hook`, events: ["delivery"] };
        expect((await tidepost.call("POST", "/webhooks", { body })).status).toBe(200);
      }
      const loading = load(tidepost, () => n++);
      await delay(moment);
      await tidepost.kill();
      acknowledged.push(...(await loading));
    }

    const tidepost = await startTidepost(args);
    const missing = (): readonly number[] => {
      const delivered = received(receiver);
      return acknowledged.filter((number) => !delivered.has(number));
    };
    const deadline = Date.now() + drainTimeoutMs;
    while (missing().length > 0 && Date.now() < deadline) await delay(1_000);
    const facts = `seed ${seed}, ${acknowledged.length} events acknowledged, ${receiver.requests.length} POSTs`;
    expect(missing(), facts).toEqual([]);
    expect(ambiguousIds(receiver), facts).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(kills * eventsPerRequest);
    process.stdout.write(`crash test: ${facts}, none lost\n`);

    await tidepost.stop();
    await receiver.close();
    await rm(data, { recursive: true });
  },
  10 * 60_000,
);
