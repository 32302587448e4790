import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createProducer, type Event, type ProducerOptions, type Refusal, type Trouble } from "../../producer/index.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";

const waitMs = 240_000;

let receiver: Receiver;
let tidepost: Tidepost;
beforeAll(async () => {
  receiver = await startReceiver();
  tidepost = await joinTidepost();
  const body = { name: "producer", target: `${receiver.url}/hook`, events_mode: "all" };
  expect((await tidepost.call("POST", "/webhooks", { body })).status).toBe(200);
});
afterAll(async () => {
  await tidepost.stop();
  await receiver.close();
});

type Fault = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean | Promise<boolean>;

/** Stands between the producer and the real API; a fault that answers keeps the request from it. */
let url: string;
let faults: Fault[];
let sizes: number[];
let server: ReturnType<typeof createServer>;
const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await buffer(request);
  sizes.push(gunzipSync(body).toString().trimEnd().split("\n").length);
  if ((await faults.shift()?.(request, response, body)) === true) return;
  const { authorization = "", "content-encoding": encoding = "" } = request.headers;
  const answer = await fetch(`${tidepost.apiUrl}/ingest/events`, {
    method: "POST",
    headers: { authorization, "content-encoding": encoding },
    body: Buffer.from(body),
  });
  response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
};
beforeEach(async () => {
  faults = [];
  sizes = [];
  server = createServer((request, response) => void onRequest(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const refusals: Refusal[] = [];
const troubles: Trouble[] = [];
const start = (options: Partial<ProducerOptions> = {}) => {
  refusals.length = 0;
  troubles.length = 0;
  return createProducer({
    url,
    key: tidepost.key,
    retryMs: 5,
    onRefused: (refusal) => void refusals.push(refusal),
    onTrouble: (trouble) => void troubles.push(trouble),
    ...options,
  });
};

const event = (run: string, n: number): Event => ({
  msys: { track_event: { type: "click", run, n, event_id: `${run}-${n}` } },
});
const delivered = (run: string): readonly number[] =>
  receiver.requests
    .flatMap(({ body }) => JSON.parse(body.toString() || "[]") as readonly Event[])
    .flatMap(({ msys }) => Object.values(msys))
    .filter((fields) => fields["run"] === run)
    .map((fields) => Number(fields["n"]))
    .toSorted((a, b) => a - b);
const untilDelivered = async (run: string, count: number): Promise<void> => {
  const expected = Array.from({ length: count }, (_, n) => n);
  await vi.waitFor(() => expect(delivered(run)).toEqual(expected), { timeout: waitMs, interval: 100 });
};
const answer =
  (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Fault =>
  (_request, response) => {
    response.writeHead(status, headers).end(JSON.stringify(body));
    return true;
  };

describe("a producer", () => {
  it("sends events in batches of its size, each once, to the real API", async () => {
    const run = crypto.randomUUID();
    const producer = start({ maxEvents: 100 });
    for (let n = 0; n < 450; n += 1) await producer.send(event(run, n));
    await producer.flush();
    expect(sizes.toSorted((a, b) => a - b)).toEqual([50, 100, 100, 100, 100]);
    expect(await producer.close()).toBe(0);
    await expect(producer.send(event(run, 451))).rejects.toThrow("The producer is closed.");
    await untilDelivered(run, 450);
    expect([refusals, troubles]).toEqual([[], []]);
  });

  it("lets an event wait for others, but not for long", async () => {
    const run = crypto.randomUUID();
    const producer = start({ lingerMs: 10 });
    await Promise.all([producer.send(event(run, 0)), producer.send(event(run, 1))]);
    await vi.waitFor(() => expect(sizes).toEqual([2]), { timeout: waitMs });
    await producer.close();
  });

  it("makes its sender wait when the API does not keep up, and not for longer", async () => {
    const gate = Promise.withResolvers<void>();
    faults.push(async () => {
      await gate.promise;
      return false;
    });
    const producer = start({ maxEvents: 10, maxRequests: 1, maxHeldBytes: 2_000 });
    const run = crypto.randomUUID();
    let sent = 0;
    const sending = (async () => {
      for (let n = 0; n < 200; n += 1) {
        await producer.send(event(run, n));
        sent += 1;
      }
    })();
    await vi.waitFor(() => expect(sizes).toHaveLength(1), { timeout: waitMs });
    expect(sent).toBeLessThan(25);
    gate.resolve();
    await sending;
    await producer.close();
    await untilDelivered(run, 200);
  });

  it("sends again what failed, as the API asks it to", async () => {
    faults.push(
      answer(503, { errors: [{ message: "The event stream is not available", response: { accepted: 0 } }] }),
      answer(429, { errors: [{ message: "Too many requests" }] }, { "retry-after": "1" }),
      answer(500, {}),
      (request) => {
        request.socket.destroy();
        return true;
      },
    );
    const run = crypto.randomUUID();
    const producer = start();
    await producer.send(event(run, 0));
    await producer.flush();
    expect(troubles.map(({ reason }) => reason)).toEqual([
      "503 The event stream is not available",
      "429 Too many requests",
      "500 {}",
      expect.stringMatching(/./),
    ]);
    expect(troubles[1]?.retryInMs).toBe(1_000);
    await untilDelivered(run, 1);
    await producer.close();
  });

  it("sends only those lines again that the stream has not taken", async () => {
    const run = crypto.randomUUID();
    faults.push(async (_request, response, body) => {
      // The API takes two of four.
      const [first = "", , third = ""] = gunzipSync(body).toString().split("\n");
      await tidepost.ingest([first, third]);
      const ingest = { accepted: 2, rejected: 0, not_accepted_lines: [2, 4] };
      response.writeHead(503).end(JSON.stringify({ errors: [{ message: "The event stream", ingest }] }));
      return true;
    });
    const producer = start();
    for (let n = 0; n < 4; n += 1) await producer.send(event(run, n));
    await producer.close();
    expect(sizes).toEqual([4, 2]);
    await untilDelivered(run, 4);
  });

  it("tells of events that are refused, and sends their neighbours", async () => {
    const run = crypto.randomUUID();
    // What the helper itself lets through, and the API does not.
    const half = { msys: { track_event: { type: "click", run, n: 0, text: "\ud800" } } };
    const producer = start();
    await expect(producer.send({ msys: {} })).rejects.toThrow("'msys' must hold exactly one event class");
    await expect(producer.send({ msys: { track_event: { type: "" } } })).rejects.toThrow("'type'");
    const large = { msys: { track_event: { type: "click", text: "x".repeat(300_000) } } };
    await expect(producer.send(large)).rejects.toThrow(/at most 262144/);
    faults.push(answer(200, { results: { accepted: 1, errors: [{ line: 1, message: "no text" }] } }));
    await producer.send(half);
    await producer.send(event(run, 1));
    await producer.flush();
    expect(refusals).toEqual([{ event: half, message: "no text" }]);
    await producer.close();
  });

  it("halves what is too large", async () => {
    const run = crypto.randomUUID();
    faults.push(answer(413, {}), answer(413, {}));
    const producer = start();
    for (let n = 0; n < 8; n += 1) await producer.send(event(run, n));
    await producer.close();
    expect(sizes).toEqual([8, 4, 2, 2, 4]);
    await untilDelivered(run, 8);
  });

  it("gives up at a close when there is no API, and says how much is lost", async () => {
    const nowhere = start({ url: "http://127.0.0.1:1/api/v1" });
    for (let n = 0; n < 3; n += 1) await nowhere.send(event("lost", n));
    expect(await nowhere.close({ timeoutMs: 100 })).toBe(3);
    expect(troubles.length).toBeGreaterThan(0);
  });
});

describe("at the end of a process", () => {
  const program = (body: string): string => `
    import { createProducer } from "./producer/index.ts";
    const producer = createProducer({ url: ${JSON.stringify(url)}, key: "${tidepost.key}", lingerMs: 600_000 });
    const event = (n) => ({ msys: { track_event: { type: "click", run: process.env.RUN, n } } });
    ${body}`;
  const run = (body: string, id: string) => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program(body)], {
      env: { PATH: process.env["PATH"], RUN: id },
    });
    return { child, ended: Promise.all([once(child, "exit"), text(child.stderr)]) };
  };

  it("what is held is sent", async () => {
    const id = crypto.randomUUID();
    const { ended } = run("for (let n = 0; n < 5; n += 1) await producer.send(event(n));", id);
    expect(await ended).toEqual([[0, null], ""]);
    await untilDelivered(id, 5);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("also by %s", async (signal) => {
    const id = crypto.randomUUID();
    const { child, ended } = run(
      'await producer.send(event(0)); setInterval(() => {}, 1_000); console.log("sent");',
      id,
    );
    await once(child.stdout, "data");
    child.kill(signal);
    expect(await ended).toEqual([[null, signal], ""]);
    await untilDelivered(id, 1);
  });

  it("and the program's own handler of a signal has the last word", async () => {
    const id = crypto.randomUUID();
    const own = 'process.on("SIGTERM", async () => { await producer.close(); process.exit(7); });';
    const { child, ended } = run(
      `${own} await producer.send(event(0)); setInterval(() => {}, 1_000); console.log("sent");`,
      id,
    );
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await ended).toEqual([[7, null], ""]);
    await untilDelivered(id, 1);
  });
});
