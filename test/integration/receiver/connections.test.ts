import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import express from "express";
import { afterEach, describe, expect, it, vi } from "vitest";
import { expressReceiver, lambdaReceiver, type ReceiverOptions } from "../../../receiver/index.ts";
import { adapters, listening, type StartedAdapter } from "../../support/receiver-adapters.ts";

const body = '[{"msys":{"track_event":{"type":"open"}}}]';
const post = async (url: string, id = crypto.randomUUID(), headers = {}): Promise<string> => {
  const all = { "content-type": "application/json", "x-messagesystems-batch-id": id, ...headers };
  const response = await fetch(url, { method: "POST", headers: all, body });
  return `${response.status} ${await response.text()}`;
};

let opened: StartedAdapter[] = [];
const open = async (starting: Promise<StartedAdapter>): Promise<StartedAdapter> => {
  const started = await starting;
  opened.push(started);
  return started;
};
afterEach(async () => {
  await Promise.all(opened.map(async (item) => await item.close()));
  opened = [];
});

const { lambda: _lambda, ...servers } = adapters;
/** Those whose signal is their framework's, and that cannot process after the answer. */
const fetchLike: ReadonlySet<string> = new Set(["fetch", "hono"]);
describe.each(Object.entries(servers))("the %s adapter", (name, start) => {
  it("aborts its signal when the sender closes the connection, and takes the batch when it comes again", async () => {
    const began = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<unknown>();
    const onError = vi.fn<() => void>();
    const onBatch = vi.fn<ReceiverOptions["onBatch"]>().mockImplementationOnce(async (_, { signal }) => {
      began.resolve();
      await once(signal, "abort");
      aborted.resolve(signal.reason);
      signal.throwIfAborted();
    });
    const { url } = await open(start({ onBatch, onError }));
    const id = crypto.randomUUID();
    const sender = httpRequest(url, { method: "POST", headers: { "x-messagesystems-batch-id": id } });
    sender.on("error", () => undefined).end(body);
    await began.promise;
    sender.destroy();
    const reason = fetchLike.has(name) ? { name: "AbortError" } : new Error("The sender closed the connection");
    expect(await aborted.promise).toMatchObject(reason);
    expect(await post(url, id)).toBe("200 done");
    expect(onError).not.toHaveBeenCalled();
  });

  it("does not abort for a sender that has its answer", async () => {
    let signal: AbortSignal | undefined;
    const { url } = await open(start({ onBatch: (_, context) => void ({ signal } = context) }));
    expect(await post(url)).toBe("200 done");
    await opened.pop()?.close();
    expect(signal?.aborted).toBe(false);
  });

  it.skipIf(fetchLike.has(name))("with process: after answers first, and tells what failed afterwards", async () => {
    const answered = Promise.withResolvers<void>();
    const failed = Promise.withResolvers<unknown>();
    const onBatch = async (): Promise<void> => {
      await answered.promise;
      throw new Error("broken");
    };
    const { url } = await open(start({ onBatch, process: "after", onError: failed.resolve }));
    expect(await post(url)).toBe("200 accepted");
    answered.resolve();
    expect(await failed.promise).toEqual(new Error("broken"));
  });

  it("survives a sender that goes away during the upload", async () => {
    const onBatch = vi.fn<() => void>();
    const { url } = await open(start({ onBatch }));
    const headers = { "x-messagesystems-batch-id": "a", "content-length": "1000" };
    const sender = httpRequest(url, { method: "POST", headers }).on("error", () => undefined);
    sender.write(body);
    await once(sender, "socket");
    sender.destroy();
    expect(await post(url)).toBe("200 done");
    expect(onBatch).toHaveBeenCalledTimes(1);
  });

  it("answers another method than POST with a 4xx", async () => {
    const { url } = await open(start({ onBatch: () => undefined }));
    expect((await fetch(url)).status).toBeOneOf([404, 405]);
  });
});

describe("Fastify", () => {
  it("keeps parsing JSON on its other routes", async () => {
    const { url } = await open(adapters.fastify({ onBatch: () => undefined }));
    const headers = { "content-type": "application/json" };
    const response = await fetch(url.replace("hook", "json"), { method: "POST", headers, body });
    expect(await response.json()).toEqual(JSON.parse(body));
  });
});

describe("Express", () => {
  const behind = async (parser: express.RequestHandler, options: Partial<ReceiverOptions> = {}) => {
    const app = express();
    app.use(parser);
    app.post("/hook", expressReceiver({ onBatch: () => undefined, ...options }));
    return (await open(listening(createServer(app)))).url;
  };

  it("says that another body parser ran first", async () => {
    expect(await post(await behind(express.json()))).toMatch(/^500 .*before express\.json/);
  });

  it("takes what express.raw() has read", async () => {
    expect(await post(await behind(express.raw({ type: "*/*" })))).toBe("200 done");
  });
});

describe("Lambda", () => {
  const handler = lambdaReceiver({ onBatch: () => undefined });
  const headers = { "X-MessageSystems-Batch-ID": "a" };

  it("takes the events of a REST API", async () => {
    const event = { httpMethod: "POST", headers, body, isBase64Encoded: false };
    expect(await handler(event)).toMatchObject({ statusCode: 200, body: "done" });
    expect(await handler({ ...event, httpMethod: "GET", body: null })).toMatchObject({ statusCode: 405 });
    expect(await handler({ ...event, headers: null })).toMatchObject({ statusCode: 400 });
  });

  it("tells when a gateway has made text of a gzip body", async () => {
    const damaged = { httpMethod: "POST", headers: { ...headers, "Content-Encoding": "gzip" }, isBase64Encoded: false };
    const { statusCode, body: text } = await handler({ ...damaged, body: "\uFFFD\uFFFD" });
    expect({ statusCode, text }).toEqual({ statusCode: 500, text: expect.stringContaining("binary media type") });
  });

  it("cannot process after its answer", () => {
    const options = { onBatch: () => undefined, process: "after" } as const;
    expect(() => lambdaReceiver(options)).toThrow(/cannot process after/);
  });
});
