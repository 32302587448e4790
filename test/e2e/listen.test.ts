import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { verifySignature } from "../../receiver/verify-signature.ts";
import type { Ended } from "../support/cli.ts";
import { freePort } from "../support/tidepost.ts";
import { until, useCli } from "../support/use-cli.ts";

/** What the polls of a listener before may still take. */
const waitMs = 240_000;

const world = useCli();
const { cli, register } = world;

interface Listener {
  readonly out: readonly string[];
  /** Ends it as Ctrl-C does. */
  readonly stop: () => Promise<Ended>;
}

let running: Listener | undefined;
/** The path of the program on the laptop. */
let path: string;
beforeEach(() => {
  path = `/${crypto.randomUUID()}`;
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

/** Runs `tidepost listen` with the key of the system until it is stopped, by the end of the test at the latest. */
const listen = (...args: readonly string[]): Listener => {
  const interrupted = new AbortController();
  const out: string[] = [];
  const ended = cli(["listen", "--since", "1s", ...args], {
    interrupted: interrupted.signal,
    onOut: (line) => void out.push(line),
  });
  running = {
    out,
    stop: async () => {
      interrupted.abort();
      return await ended;
    },
  };
  return running;
};
const forwarding = (...args: readonly string[]): Listener =>
  listen("--forward-to", `${world.receiver.url}${path}`, ...args);
const trigger = async (type: string, count = 1): Promise<void> => {
  expect((await cli(["trigger", type, "-n", String(count), "--no-wait"])).code).toBe(0);
};
const forwarded = () => world.receiver.requests.filter((request) => request.path === path);
const typesOf = (body: Buffer): readonly string[] =>
  (
    JSON.parse(body.toString()) as readonly { readonly msys: Readonly<Record<string, { readonly type: string }>> }[]
  ).flatMap(({ msys }) => Object.values(msys).map(({ type }) => type));

describe("tidepost listen with a key", () => {
  it("forwards what a webhook takes in batches of its size, signed, and leaves the webhook's own deliveries alone", async () => {
    const real = `/real-${crypto.randomUUID()}`;
    const webhookId = await register(real, { events_mode: "selected", events: ["click"], batch_size: 2 });
    const listener = forwarding("--webhook", real.slice(1));
    await trigger("open");
    await trigger("click", 3);
    await vi.waitFor(() => expect(forwarded().flatMap(({ body }) => typesOf(body))).toHaveLength(3), {
      timeout: waitMs,
    });
    expect(forwarded().map(({ body }) => typesOf(body))).toEqual([["click", "click"], ["click"]]);
    await vi.waitFor(() => expect(listener.out).toHaveLength(2), { timeout: waitMs });
    expect(listener.out[0]).toMatch(/ {2}2 events {2}click 2 {2}✔ 200 in [\d.]+ m?s {2}attempt 1$/);

    const { code, error } = await listener.stop();
    expect(code).toBe(0);
    const secret = /Signing with (whsec_\S+), /.exec(error)?.[1] ?? "";
    for (const { body, headers } of forwarded()) expect(verifySignature(body, headers, secret)).toBe(true);

    const delivered = () =>
      world.receiver.requests.filter((request) => request.path === real && typesOf(request.body).length > 0);
    await vi.waitFor(() => expect(delivered().flatMap(({ body }) => typesOf(body))).toHaveLength(3), {
      timeout: waitMs,
    });
    // An attempt is recorded after the receiver's answer.
    const rows = await until(async () => {
      const listed = (await cli(["batch", webhookId, "--json"])).json() as readonly {
        batch_id: string;
        attempts: number;
      }[];
      return listed.every(({ attempts }) => attempts > 0) ? listed : undefined;
    });
    const ids = new Set(forwarded().map(({ headers }) => headers["x-messagesystems-batch-id"]));
    expect(rows.filter(({ batch_id: id }) => ids.has(id))).toEqual([]);
    expect(rows.map(({ attempts }) => attempts)).toEqual(rows.map(() => 1));
  });

  it("tries again while the program is down, says so, and loses nothing", async () => {
    const port = await freePort();
    const { out } = listen("--forward-to", `http://127.0.0.1:${port}/hook`, "--type", "bounce");
    await trigger("bounce");
    await vi.waitFor(() => expect(out.length).toBeGreaterThan(1), { timeout: waitMs });
    expect(out[0]).toMatch(/ {2}1 event {3}bounce 1 {2}✖ ECONNREFUSED in [\d.]+ m?s {2}attempt 1 {2}again in 1 s$/);
    expect(out[1]).toMatch(/ {2}1 event {3}✖ ECONNREFUSED in [\d.]+ m?s {2}attempt 2 {2}again in 2 s$/);
    await trigger("open");
    await trigger("bounce");
    const received: string[] = [];
    const program = createServer((request, response) => {
      void buffer(request).then((body) => {
        received.push(...typesOf(body));
        response.end();
      });
    });
    program.listen(port, "127.0.0.1");
    try {
      await vi.waitFor(() => expect(out.filter((line) => line.includes("✔"))).toHaveLength(2), { timeout: waitMs });
    } finally {
      program.closeAllConnections();
      program.close();
    }
    expect(received).toEqual(["bounce", "bounce"]);
    expect(out.find((line) => line.includes("✔"))).toMatch(/✔ 200 in [\d.]+ m?s {2}attempt [3-9]$/);
  });

  it("prints events instead, each as its producer wrote it", async () => {
    const written = '{ "msys":{"track_event":{"type":"list_unsubscribe","event_id":"9", "n":1.50,"timestamp":"1"}} }';
    const listener = listen("--print", "--type", "list_unsubscribe");
    const { status } = await world.tidepost.call("POST", "/ingest/events", { body: written });
    expect(status).toBe(200);
    await vi.waitFor(() => expect(listener.out).toEqual([written]), { timeout: waitMs });
  });

  it("ends at a key that may only look at webhooks, and at an API that is not there", async () => {
    const created = await cli(["keys", "create", "--label", "viewer", "--grants", "webhooks/view", "--json"]);
    const args = ["listen", "--print"];
    const refused = await cli(args, { env: { TIDEPOST_API_KEY: String(created.json().key) } });
    expect(refused).toMatchObject({ code: 4, error: expect.stringContaining("lacks the grant 'webhooks/modify'") });
    const unreachable = await cli(args, { env: { TIDEPOST_URL: "http://127.0.0.1:1/api" } });
    expect(unreachable).toMatchObject({ code: 3, error: expect.stringContaining("The API cannot be reached") });
  });
});
