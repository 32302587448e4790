import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { readSinkMode, sinkModeNames, type WantedSinkMode } from "../../../local/sink/mode.ts";
import { readEventIds, readEveryEvent } from "../../../local/sink/read-body.ts";
import type { ReceivedPost } from "../../../local/sink/receive-post.ts";
import { type Sink, type SinkOptions, startSink } from "../../../local/sink/start-sink.ts";

const event = (n: number, type = "click") => ({ msys: { track_event: { type, event_id: `e${n}` } } });
const batch = JSON.stringify([event(1), event(2), event(3, "open")]);
const testPost = '[{"msys":{}}]';

let posts: ReceivedPost[];
let problems: string[];
beforeEach(() => {
  posts = [];
  problems = [];
});

const start = async (wanted: WantedSinkMode, options: Partial<SinkOptions> = {}): Promise<Sink> => {
  const sink = await startSink({
    mode: readSinkMode(wanted),
    onPost: (post) => void posts.push(post),
    onProblem: (text) => void problems.push(text),
    ...options,
  });
  onTestFinished(sink.stop);
  return sink;
};

/** Starts a sink, and has a sender leave as soon as its batch has come. */
const startAndLeave = async (wanted: WantedSinkMode): Promise<Sink> => {
  const leaving = new AbortController();
  const sink = await start(wanted, {
    readBody: (body) => {
      leaving.abort();
      return readEveryEvent(body);
    },
  });
  await expect(send(sink, { signal: leaving.signal })).rejects.toThrow("aborted");
  await ended(1);
  return sink;
};

interface Sent {
  readonly body?: string | Buffer<ArrayBuffer>;
  readonly batchId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const send = async ({ url }: Sink, { body = batch, batchId = "b1", headers = {}, signal }: Sent = {}) =>
  await fetch(url, {
    method: "POST",
    headers: { "x-messagesystems-batch-id": batchId, ...headers },
    body,
    redirect: "manual",
    ...(signal === undefined ? {} : { signal }),
  });
const statusOf = async (sink: Sink, sent?: Sent): Promise<number> => (await send(sink, sent)).status;
const ended = async (count: number): Promise<void> =>
  await expect.poll(() => posts.length, { timeout: 60_000 }).toBe(count);

describe("what it tells of a batch", () => {
  it("counts events by type, and shows the first one", async () => {
    const sink = await start({ mode: "ok" });
    expect(await statusOf(sink, { headers: { "x-tidepost-replay": "r1" } })).toBe(200);
    expect(posts).toMatchObject([
      {
        batchId: "b1",
        replayId: "r1",
        attempt: 1,
        events: 3,
        types: { click: 2, open: 1 },
        eventIds: ["e1", "e2", "e3"],
        firstEvent: JSON.stringify(event(1)),
        bytes: batch.length,
        isKept: true,
        isDuplicate: false,
        result: { kind: "answered", status: 200 },
      },
    ]);
    expect(sink.has("b1")).toBe(true);
  });

  it("reads compressed bodies, and counts bytes as sent", async () => {
    const sink = await start({ mode: "ok" });
    const body = gzipSync(batch);
    expect(await statusOf(sink, { body, headers: { "content-encoding": "gzip" } })).toBe(200);
    expect(posts).toMatchObject([{ events: 3, bytes: body.length }]);
  });

  it("knows a batch that it has kept, but takes the test POST for no batch", async () => {
    const sink = await start({ mode: "ok" });
    for (const body of [testPost, "[]", batch, batch]) expect(await statusOf(sink, { body })).toBe(200);
    expect(posts.map(({ events, isDuplicate }) => [events, isDuplicate])).toEqual([
      [0, false],
      [0, false],
      [3, false],
      [3, true],
    ]);
  });

  it.each(["", "{", '{"msys":{}}', "[1]", "[{}]"])("answers 400 to %j, which is no batch", async (body) => {
    const sink = await start({ mode: "ok" });
    expect(await statusOf(sink, { body })).toBe(400);
    expect(posts).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  it("takes events whose ids are numbers, or that have none", async () => {
    const sink = await start({ mode: "ok" });
    const eventOf = (id: string): string => `{"msys":{"track_event":{"event_id":${id}}}}`;
    const body = `[${["17", "92356927693813856", "null"].map(eventOf).join()}]`;
    expect(await statusOf(sink, { body })).toBe(200);
    expect(posts).toMatchObject([{ events: 3, eventIds: ["17"] }]);
  });

  it("only cuts out ids when told so, the same ones", async () => {
    const sink = await start({ mode: "ok" }, { readBody: readEventIds });
    await send(sink);
    expect(posts).toMatchObject([{ events: 3, eventIds: ["e1", "e2", "e3"] }]);
  });

  it("saves the bodies of what it keeps, whatever a batch is called", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidepost-sink-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const sink = await start({ mode: "ok" }, { saveDir: join(folder, "new") });
    await send(sink, { body: testPost });
    await send(sink, { batchId: "../b1" });
    expect(await readFile(join(folder, "new", "___b1.json"), "utf8")).toBe(batch);
  });
});

describe("modes", () => {
  it("500: fails, with a body, and keeps nothing", async () => {
    const sink = await start({ mode: "500" });
    const answer = await send(sink);
    expect([answer.status, await answer.text()]).toEqual([500, "The sink is set to fail.\n"]);
    expect(sink.has("b1")).toBe(false);
  });

  it("slow: answers late, and keeps nothing when the sender has left by then", async () => {
    const sink = await startAndLeave({ mode: "slow", delay_ms: 30_000 });
    expect(posts[0]).toMatchObject({ isKept: false, result: { kind: "sender_left" } });
    sink.setMode(readSinkMode({ mode: "slow", delay_ms: 10 }));
    expect(await statusOf(sink)).toBe(200);
    expect(posts[1]).toMatchObject({ attempt: 2, isDuplicate: false, isKept: true });
  });

  it("flaky: fails the share that it was told, the same requests for the same seed", async () => {
    const sink = await start({ mode: "ok" });
    const series = async (seed: number, fail: number): Promise<readonly number[]> => {
      sink.setMode(readSinkMode({ mode: "flaky", seed, fail }));
      const statuses: number[] = [];
      for (let n = 0; n < 60; n += 1) statuses.push(await statusOf(sink));
      return statuses;
    };
    const first = await series(7, 0.3);
    expect(await series(7, 0.3)).toEqual(first);
    expect(await series(8, 0.3)).not.toEqual(first);
    const failed = first.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(6);
    expect(failed).toBeLessThan(30);
    expect(new Set(await series(7, 0))).toEqual(new Set([200]));
    expect(new Set(await series(7, 1))).toEqual(new Set([500]));
  });

  it("reset: ends the connection before the body is complete", async () => {
    const sink = await start({ mode: "reset" });
    const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException>();
    const headers = { "x-messagesystems-batch-id": "b1", "content-length": "1000" };
    request(sink.url, { method: "POST", headers }).on("error", resolve).write("[");
    expect((await promise).code).toBe("ECONNRESET");
    await ended(1);
    expect(posts[0]).toMatchObject({ batchId: "b1", isKept: false, result: { kind: "reset" } });
  });

  it("hang: never answers, and tells when the sender has given up", async () => {
    await startAndLeave({ mode: "hang" });
    expect(posts[0]).toMatchObject({ events: 3, isKept: false, result: { kind: "sender_left" } });
  });

  it("413: refuses by size", async () => {
    const sink = await start({ mode: "413", max_bytes: batch.length });
    expect(await statusOf(sink)).toBe(200);
    expect(await statusOf(sink, { body: `${batch} ` })).toBe(413);
  });

  it("redirect: leads elsewhere, and takes what follows", async () => {
    const sink = await start({ mode: "redirect" });
    const answer = await send(sink);
    expect([answer.status, answer.headers.get("location")]).toEqual([302, `${sink.url}moved`]);
  });

  it("first-n: fails the first attempts of each batch", async () => {
    const sink = await start({ mode: "first-n", n: 2 });
    const statuses: number[] = [];
    for (const batchId of ["b1", "b1", "b2", "b1", "b2", "b2"]) statuses.push(await statusOf(sink, { batchId }));
    expect(statuses).toEqual([500, 500, 500, 200, 500, 200]);
    expect(await statusOf(sink, { body: testPost })).toBe(200);
  });

  it("auth: wants its token", async () => {
    const sink = await start({ mode: "auth", token: "right" });
    expect(await statusOf(sink)).toBe(401);
    expect(await statusOf(sink, { headers: { "x-messagesystems-webhook-token": "wrong" } })).toBe(401);
    expect(await statusOf(sink, { headers: { "x-messagesystems-webhook-token": "right" } })).toBe(200);
  });

  it("duplicate: keeps a batch, answers too late, and marks it when it comes again", async () => {
    const sink = await startAndLeave({ mode: "duplicate", delay_ms: 60_000 });
    expect(posts[0]).toMatchObject({ isKept: true, isDuplicate: false, result: { kind: "sender_left" } });
    expect(await statusOf(sink)).toBe(200);
    expect(posts[1]).toMatchObject({ isKept: true, isDuplicate: true, attempt: 2 });
  });
});

describe("changing the mode", () => {
  const post = async ({ url }: Sink, body: string, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`${url}__mode`, { method: "POST", body, headers });
    return { status: answer.status, text: await answer.text() };
  };

  it("sets any mode while it runs, and shows it without its token", async () => {
    const modes: string[] = [];
    const sink = await start({ mode: "ok" }, { onMode: ({ mode }) => void modes.push(mode) });
    for (const mode of sinkModeNames) {
      const { status, text } = await post(
        sink,
        JSON.stringify({ mode, ...(mode === "auth" ? { token: "sesame" } : {}) }),
      );
      expect(status, text).toBe(200);
      expect(text).not.toContain("sesame");
    }
    expect(modes).toEqual(sinkModeNames);
    await post(sink, '{"mode":"500"}');
    expect(await statusOf(sink)).toBe(500);
    const shown = await fetch(`${sink.url}__mode`);
    expect(await shown.json()).toEqual({ results: { mode: "500", does: "answers 500" } });
  });

  it.each([
    ["{", "A mode is set with JSON"],
    ["{}", "There is no 'mode'; a sink has ok, slow, 500,"],
    ['{"mode":"fast"}', 'There is the mode \\"fast\\"; a sink has ok,'],
    ['{"mode":"flaky","fail":2}', "The mode 'flaky' was not set. fail: "],
    ['{"mode":"ok","delay_ms":5}', "The mode 'ok' was not set. "],
    ['{"mode":"auth"}', "The mode 'auth' was not set. token: "],
  ])("refuses %s and stays as it is", async (body, message) => {
    const sink = await start({ mode: "500" });
    const { status, text } = await post(sink, body);
    expect(status).toBe(400);
    expect(text).toContain(message);
    expect(sink.mode()).toEqual({ mode: "500" });
  });

  it("answers no web page, and no foreign name", async () => {
    const sink = await start({ mode: "ok" });
    const refused = await post(sink, '{"mode":"500"}', { origin: "https://evil.example.com" });
    expect(refused.status).toBe(403);
    const { port } = new URL(sink.url);
    const rebound = await new Promise<number | undefined>((resolve, reject) => {
      request({ port, host: "127.0.0.1", path: "/__mode", headers: { host: "evil.example.com" } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(rebound).toBe(403);
    expect(sink.mode()).toEqual({ mode: "ok" });
  });
});
