import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { startSink } from "../../local/sink/start-sink.ts";
import { apiClient } from "../support/api-client.ts";
import { startDevProcess } from "../support/dev-process.ts";
import { type DevTerminal, startDevTerminal } from "../support/dev-terminal.ts";
import { freePort } from "../support/tidepost.ts";

/** A busy machine may take minutes for what takes seconds on a quiet one. */
const patience = { timeout: 240_000, interval: 100 };

let terminal: DevTerminal | undefined;
afterEach(async () => {
  await terminal?.dev.stop();
  terminal = undefined;
});

/** Waits until the record goes on, after what was found before, with a line; returns the place behind it. */
const find = async ({ record }: DevTerminal, line: string | RegExp, from = 0): Promise<number> => {
  const at = (): number =>
    record().findIndex((text, index) => index >= from && (typeof line === "string" ? text === line : line.test(text)));
  try {
    await expect.poll(at, patience).toBeGreaterThanOrEqual(from);
  } catch (error) {
    throw new Error(`${String(line)} is not in\n${record().slice(from).join("\n")}`, { cause: error });
  }
  return at() + 1;
};

const attempted = "TIME  ID  N events  ✔ 200 in N s   attempt 1";
const delivered = `${attempted}   TYPES   closed by window N s`;
const breakIt = [
  "  Break it:  o ok   5 500s   s slow   f flaky   x reset   h hang   4 413",
  "             r redirect   n first-n   a auth   d duplicate",
];
const generatorKeys = "  Generator:  + faster  - slower  p pause  R replay last minute  ? help  q quit";

/** Batches of all webhooks that wait for a retry. */
const pendingBatches = async (of: DevTerminal | undefined): Promise<number> => {
  const [, baseUrl = ""] = /API {8}(\S+)/.exec(of?.lines().join("\n") ?? "") ?? [];
  const { json } = await apiClient({ baseUrl, key: "local-key" }).call("GET", "/webhooks/summary");
  const rows: readonly { readonly pending_batches: number }[] = json.results;
  return rows.reduce((sum, row) => sum + row.pending_batches, 0);
};

describe("in a terminal", () => {
  it("shows the first minute, a sink that fails and recovers, and a replay", async () => {
    terminal = await startDevTerminal();
    const { press, record, dev } = terminal;

    const first = await find(terminal, generatorKeys);
    expect(record().slice(0, first)).toEqual([
      "tidepost VERSION   local · no AWS · loopback only",
      "  ✔ Stack      N functions, N tables, N streams, N queues, N buckets   N s",
      "  ✔ API        http://HOST/api/v1   key local-key",
      "  ✔ Console    http://HOST/api/console/",
      "  ✔ API docs   http://HOST/api/docs",
      "  ✔ Sink       http://HOST/   mode ok",
      "  ✔ Webhook    quickstart → sink   test POST 2xx   N s",
      "  ✔ Generator  N events/s, mix campaign",
      "  Short clocks: window N s, retries 60× faster (4 h → 4 min).",
      "  Production's: --window 30 --retry-scale 1",
      "",
      // On a busy machine an attempt may be recorded too late for its line to have all.
      expect.toBeOneOf([delivered, attempted]),
      "  First batch delivered N s after start.",
      ...breakIt,
      generatorKeys,
    ]);

    press("5");
    const failing = await find(terminal, "TIME  sink now answers 500", first);
    const failed = "✖ http_5xx 500 in N s   attempt";
    await find(
      terminal,
      `TIME  ID  N events  ${failed} 1   next in N s   expires in M:SS   TYPES   closed by window N s`,
      failing,
    );
    await find(terminal, `TIME  ID  N events  ${failed} 2   next in N s   expires in M:SS`, failing);
    press("o");
    const mended = await find(terminal, "TIME  sink now answers 200", failing);
    await find(terminal, /^TIME {2}ID {2}N events {2}✔ 200 in N s {3}attempt \d {3}recovered after N s$/, mended);
    const calm = await find(terminal, delivered, mended);

    press("R");
    const replaying = await find(terminal, "TIME  replaying the last minute", calm);
    await find(terminal, /✔ 200 in N s {3}attempt 1 {3}replay {3}TYPES$/, replaying);
    await find(terminal, "TIME  the replay is finished", replaying);

    press("+");
    await find(terminal, "TIME  generator now sends N events/s", replaying);
    press("p");
    await find(terminal, "TIME  generator paused", replaying);
    press("z?");
    await find(terminal, generatorKeys, replaying);
    // The end waits for what is on its way, but not for longer than a quiet machine takes.
    await expect.poll(async () => await pendingBatches(terminal), patience).toBe(0);
    press("q");
    await dev.quit;
    await dev.stop();
    const [totals = ""] = terminal.lines().filter((line) => line.startsWith("Totals"));
    const counts =
      /^Totals {2}events in ([\d,]+) · batches [\d,]+ · delivered ([\d,]+) · retried ([1-9][\d,]*) · expired 0 · duplicates 0 · lost 0$/;
    expect(totals).toMatch(counts);
    const [, eventsIn, arrived] = counts.exec(totals) ?? [];
    expect(arrived).toBe(eventsIn);
    terminal = undefined;
  });

  it("marks what comes twice, and counts what expires, waits or is interrupted", async () => {
    let interrupts = 0;
    // 24 seconds of retries: on a busy machine a second attempt may take a while after one that hung.
    terminal = await startDevTerminal({ retryScale: 600 }, { interrupt: () => void (interrupts += 1) });
    const { press, dev } = terminal;
    const first = await find(terminal, generatorKeys);
    press("d");
    await find(terminal, /✖ response_timeout in N s {3}attempt 1/, first);
    const doubled = await find(
      terminal,
      /✔ 200 in N s {3}attempt \d {3}recovered after N s {3}duplicate: the sink had it$/,
      first,
    );
    press("5");
    await find(terminal, "TIME  ID  N events   ✖ expired: deleted undelivered", doubled);
    press("\u0003");
    await expect.poll(() => interrupts, patience).toBe(1);
    await dev.stop();
    const [totals = ""] = terminal.lines().filter((line) => line.startsWith("Totals"));
    expect(totals).toMatch(/ · expired [1-9][\d,]* · duplicates [1-9][\d,]* .*· (lost 0|still on the way [\d,]+)$/);
    terminal = undefined;
  });
});

describe("with a receiver of the developer's own", () => {
  it("waits for it, delivers when it starts, and tells all of it as JSON", async () => {
    const port = await freePort();
    const to = `http://127.0.0.1:${port}/hook`;
    terminal = await startDevTerminal({ to, json: true }, { isTTY: false });
    const facts = (): readonly Readonly<Record<string, unknown>>[] =>
      (terminal?.lines() ?? [])
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const found = async (wanted: Readonly<Record<string, unknown>>): Promise<void> =>
      await expect.poll(facts, patience).toContainEqual(expect.objectContaining(wanted));
    await found({ event: "note", text: expect.stringContaining(`Nothing listens at ${to} yet. Start your receiver`) });
    expect(facts().some(({ name }) => name === "Webhook")).toBe(false);

    const bodies: number[] = [];
    const receiver = await startSink({ port, onPost: ({ events }) => void bodies.push(events) });
    onTestFinished(receiver.stop);
    await found({ event: "step", name: "Webhook", text: `quickstart → ${to}   test POST 2xx` });
    await found({ event: "attempt", outcome: "delivered", status: 200, attempt: 1, closed_by: "window" });
    await found({ event: "first_batch" });
    await terminal.dev.stop();
    const totals = facts().at(-1);
    const sum = bodies.reduce((one, other) => one + other, 0);
    // A busy machine may be cut off before all has arrived.
    const { on_the_way: onTheWay = 0 } = totals as { readonly on_the_way?: number };
    const wanted = { event: "totals", events_in: sum + onTheWay, delivered: sum, expired: 0, waiting: 0 };
    expect(totals).toMatchObject({ ...wanted, ...(onTheWay === 0 ? { lost: 0 } : {}) });
    expect(totals).not.toHaveProperty("duplicates");
    terminal = undefined;
  });
});

describe("a taken port", () => {
  it.each([
    ["the API's", "port", "--port"],
    ["the sink's", "sinkPort", "--sink-port"],
  ] as const)("%s is named with a way out", async (_, name, option) => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as { readonly port: number };
    await expect(startDevTerminal({ [name]: port })).rejects.toThrow(
      `Port ${port} is taken by another program. Choose another one: npm run dev -- ${option} ${port + 10}`,
    );
  });
});

describe("as a process without a terminal", () => {
  it("prints plain lines, takes no keys and ends with totals", async () => {
    const { child, exited, lines, printed } = startDevProcess();
    await printed("First batch delivered");
    child.stdin.write("5q");
    child.kill("SIGINT");
    const [code] = await exited;
    const text = lines.join("\n");
    expect(code).toBe(0);
    expect(text).not.toContain("\u001B");
    expect(text).not.toMatch(/Break it|sink now answers|#key=/);
    // Nothing comes after the totals, and they count all that came before.
    const batches = lines.filter((line) => line.includes("attempt 1")).length;
    expect(lines.at(-1)).toMatch(new RegExp(`^Totals .* batches ${batches} .* (?:lost 0|still on the way [\\d,]+)$`));
  });
});
