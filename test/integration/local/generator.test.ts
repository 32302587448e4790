import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { type GeneratorOptions, startGenerator } from "../../../local/generator/start-generator.ts";

/** A busy machine runs timers late. */
const patience = { timeout: 60_000 };

interface Ingested {
  readonly key: string | undefined;
  readonly events: number;
  readonly ids: readonly string[];
}

/** A server at the place of the ingest route, and a generator that sends to it. */
const start = async (
  answer: (events: number, response: ServerResponse) => void,
  options: Partial<GeneratorOptions> = {},
) => {
  const requests: Ingested[] = [];
  const problems: string[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
    const ids = Array.from(text.matchAll(/"event_id":"(\d+)"/g), ([, id = ""]) => id);
    requests.push({ key: request.headers.authorization, events: text.trimEnd().split("\n").length, ids });
    answer(ids.length, response);
  };
  const server = createServer((request, response) => {
    receive(request, response).catch((error: unknown) => {
      // The end of the test cuts off what is still being sent.
      if (!request.destroyed) throw error;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/v1`;
  const wanted = { url, key: "k-1", rate: 2_000, mix: "campaign", seed: 1 } as const;
  const generator = startGenerator({ ...wanted, onProblem: (text) => void problems.push(text), ...options });
  onTestFinished(async () => {
    const stopped = generator.stop();
    server.close();
    // Requests that nobody answers end by this.
    server.closeAllConnections();
    await stopped;
  });
  const received = (): number => requests.reduce((sum, { events }) => sum + events, 0);
  return { generator, requests, problems, received };
};

const accept = (events: number, response: ServerResponse): void =>
  void response.end(JSON.stringify({ results: { id: "1", accepted: events, rejected: 0 } }));

it("accounts for every event that it sends, many to a request", async () => {
  const { generator, requests, received } = await start(accept);
  await expect.poll(received, patience).toBeGreaterThan(1_000);
  await generator.stop();
  const account = generator.ledger.account();
  expect(account).toMatchObject({ sent: received(), accepted: received(), refused: 0, unanswered: 0 });
  expect(requests.length).toBeLessThan(received() / 10);
  expect(requests.every(({ key, events, ids }) => key === "k-1" && events === ids.length)).toBe(true);
  generator.ledger.arrived(
    requests.flatMap(({ ids }) => ids),
    Date.now(),
  );
  expect(generator.ledger.account()).toMatchObject({ delivered: received(), missing: 0 });
});

it("sends nothing while it is paused, and does not make up for it", async () => {
  const { generator, received } = await start(accept, { rate: 1_000 });
  await expect.poll(received, patience).toBeGreaterThan(0);
  generator.setPaused(true);
  await expect.poll(() => generator.ledger.account().accepted, patience).toBe(generator.ledger.account().sent);
  const { sent } = generator.ledger.account();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(generator.ledger.account().sent).toBe(sent);
  generator.setRate(20);
  generator.setPaused(false);
  await expect.poll(() => generator.ledger.account().sent, patience).toBeGreaterThan(sent);
  expect(generator.ledger.account().sent - sent).toBeLessThan(100);
  expect(generator.missed()).toBe(0);
});

it("says what it could not send when the API is too slow for the rate", async () => {
  const { generator, problems } = await start(() => undefined, { rate: 100_000 });
  await expect.poll(() => generator.missed(), patience).toBeGreaterThan(0);
  expect(problems).toEqual([]);
  expect(generator.ledger.account().accepted).toBe(0);
});

it("tells once of trouble that goes on, and again after it was over", async () => {
  let status = 503;
  const { generator, problems, requests } = await start((events, response) => {
    if (status === 200) accept(events, response);
    else response.writeHead(status).end(JSON.stringify({ errors: [{ message: "Not now" }] }));
  });
  const more = async (): Promise<void> => {
    const before = requests.length;
    await expect.poll(() => requests.length, patience).toBeGreaterThan(before + 10);
  };
  await more();
  expect(problems).toEqual(["Events could not be ingested: 503 Not now"]);
  status = 200;
  await more();
  status = 503;
  await more();
  expect(problems).toHaveLength(2);
  await generator.stop();
  const { sent, accepted, refused } = generator.ledger.account();
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
  expect(accepted + refused).toBe(sent);
});

it("knows which events the stream took of a request that failed half-way", async () => {
  const { generator, received } = await start((events, response) => {
    const lines = Array.from({ length: events - 1 }, (_, index) => index + 2);
    const body = { errors: [{ message: "x", ingest: { accepted: 1, not_accepted_lines: lines } }] };
    response.writeHead(503).end(JSON.stringify(body));
  });
  await expect.poll(received, patience).toBeGreaterThan(100);
  await generator.stop();
  const { sent, accepted, refused } = generator.ledger.account();
  expect(refused).toBeGreaterThan(0);
  expect(accepted + refused).toBe(sent);
});

it("counts events without an answer as neither accepted nor refused", async () => {
  const { generator, problems } = await start((_, response) => void response.destroy());
  await expect.poll(() => generator.ledger.account().unanswered, patience).toBeGreaterThan(0);
  expect(generator.ledger.account()).toMatchObject({ accepted: 0, refused: 0, missing: 0 });
  expect(problems).toHaveLength(1);
});
