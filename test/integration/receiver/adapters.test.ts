import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { signatureHeaders } from "#shared/delivery/headers.ts";
import { signingSecretOf } from "#shared/webhooks/settings.ts";
import { type Batch, type BatchContext, type ReceiverOptions, testBatchId } from "../../../receiver/index.ts";
import { adapters } from "../../support/receiver-adapters.ts";

const secretOf = (fill: number): string => signingSecretOf(Buffer.alloc(32, fill));
const ping = '[{"msys":{}}]';
/** Some 700 bytes an event, as real ones have, so that large batches are over the limits that frameworks come with. */
const padding = "x".repeat(640);
const listOf = (count: number): string =>
  JSON.stringify(
    Array.from({ length: count }, (_, n) => ({ msys: { track_event: { type: "click", n: String(n), padding } } })),
  );

let opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.map(async (item) => await item.close()));
  opened = [];
});

interface Sent {
  readonly id?: string;
  readonly token?: string;
  readonly signedWith?: string;
  readonly signedAt?: number;
  readonly gzip?: boolean;
  /** Sent in the place of the body that was signed. */
  readonly instead?: string;
}

describe.each(Object.entries(adapters))("the %s adapter", (_, start) => {
  /** A receiver that keeps what it was given, and a function that POSTs to it as Tidepost does. */
  const receiver = async (options: Partial<ReceiverOptions> = {}) => {
    const onBatch = vi.fn<(batch: Batch, context: BatchContext) => void | Promise<void>>(options.onBatch);
    const onError = vi.fn<(error: unknown, batch: Batch) => void>();
    const started = await start({ onError, ...options, onBatch });
    opened.push(started);
    const send = async (body: string, sent: Sent = {}) => {
      const { id = crypto.randomUUID(), token, signedWith, signedAt = Date.now(), gzip = false, instead } = sent;
      const bytes = gzip ? gzipSync(body) : Buffer.from(body);
      const messageId = id === testBatchId ? `test_${crypto.randomUUID()}` : id;
      const signing = { secret: signedWith ?? "", rotated: [] };
      const headers = {
        "content-type": "application/json",
        "x-messagesystems-batch-id": id,
        ...(gzip ? { "content-encoding": "gzip" } : {}),
        ...(token === undefined ? {} : { "x-messagesystems-webhook-token": token }),
        ...(signedWith === undefined
          ? {}
          : signatureHeaders({ messageId, json: Buffer.from(body), signing, now: signedAt })),
      };
      const response = await fetch(started.url, { method: "POST", headers, body: instead ?? bytes });
      return `${response.status} ${await response.text()}`;
    };
    const taken = (): readonly number[] => onBatch.mock.calls.map(([{ events }]) => events.length);
    return { url: started.url, send, onBatch, onError, taken };
  };

  it.each([
    ["a ping", ping],
    ["an empty list", "[]"],
  ])("answers %s without handing it over", async (__, body) => {
    const { send, onBatch } = await receiver();
    expect(await send(body)).toBe("200 ping");
    expect(onBatch).not.toHaveBeenCalled();
  });

  it.each([1, 2, 10_000])("hands over %i events, plain and compressed", async (count) => {
    const { send, onBatch, taken } = await receiver();
    const id = crypto.randomUUID();
    expect([await send(listOf(count), { id }), await send(listOf(count), { gzip: true })]).toEqual([
      "200 done",
      "200 done",
    ]);
    expect(taken()).toEqual([count, count]);
    expect(onBatch.mock.calls[0]?.[0]).toMatchObject({ batchId: id, isPing: false });
    expect(onBatch.mock.calls[0]?.[0].events.at(-1)).toMatchObject({ type: "click", data: { n: String(count - 1) } });
  });

  it("takes a byte-order mark, and types that it does not know", async () => {
    const { send, onBatch } = await receiver();
    expect(await send('\uFEFF[{"msys":{"future_event":{"type":"teleport"}}}]')).toBe("200 done");
    expect(onBatch.mock.calls[0]?.[0].events).toMatchObject([{ class: "future_event", type: "teleport" }]);
  });

  it("answers a duplicate with 200 and does not hand it over again", async () => {
    const { send, taken } = await receiver();
    const id = crypto.randomUUID();
    expect([await send(listOf(2), { id }), await send(listOf(2), { id })]).toEqual(["200 done", "200 duplicate"]);
    expect(taken()).toEqual([2]);
  });

  it("hands over every validation, which all have one batch id", async () => {
    const { send, taken } = await receiver();
    for (const body of [listOf(1), listOf(2)]) expect(await send(body, { id: testBatchId })).toBe("200 done");
    expect(taken()).toEqual([1, 2]);
  });

  it("verifies validations, which are signed by ids of their own", async () => {
    const [secret, other] = [secretOf(1), secretOf(2)];
    const { send, taken } = await receiver({ secret });
    expect(await send(listOf(1), { id: testBatchId, signedWith: secret, gzip: true })).toBe("200 done");
    expect(await send(listOf(1), { id: testBatchId, signedWith: other })).toBe("401 The signature does not match");
    expect(taken()).toEqual([1]);
  });

  it("answers 500 when the batch could not be taken, tells why, and takes it the next time", async () => {
    const broken = new Error("disk full");
    const onBatch = vi.fn<() => Promise<void>>().mockRejectedValueOnce(broken);
    const { send, onError } = await receiver({ onBatch });
    const id = crypto.randomUUID();
    expect(await send(listOf(1), { id })).toBe("500 The batch could not be taken");
    expect(onError).toHaveBeenCalledExactlyOnceWith(broken, expect.objectContaining({ batchId: id }));
    expect(await send(listOf(1), { id })).toBe("200 done");
  });

  it("answers 500 when the store is not there", async () => {
    const store = { has: () => Promise.reject(new Error("no connection")), add: () => undefined };
    const { send, onError, taken } = await receiver({ store });
    expect(await send(listOf(1))).toBe("500 The batch could not be taken");
    expect([onError.mock.calls.length, taken()]).toEqual([1, []]);
  });

  it("demands the token, the old or the new one, also of a ping", async () => {
    const { send, taken } = await receiver({ token: ["old", "new"] });
    const refused = "401 The X-MessageSystems-Webhook-Token header is missing or wrong";
    for (const body of [ping, listOf(1)]) {
      expect([await send(body), await send(body, { token: "other" })]).toEqual([refused, refused]);
    }
    expect(taken()).toEqual([]);
    expect(await send(ping, { token: "new" })).toBe("200 ping");
    expect(await send(listOf(1), { token: "old" })).toBe("200 done");
    expect(await send(listOf(1), { token: "new" })).toBe("200 done");
  });

  it("demands the signature of the bytes that arrived", async () => {
    const [old, current] = [secretOf(1), secretOf(2)];
    const { send, taken } = await receiver({ secret: [old, current] });
    const spaced = '[ {"msys":{"track_event":{"type":"click"}}} ]';
    expect(await send(spaced, { signedWith: old })).toBe("200 done");
    expect(await send(spaced, { signedWith: current, gzip: true })).toBe("200 done");
    expect(taken()).toEqual([1, 1]);
    const refusals = [
      await send(spaced),
      await send(spaced, { signedWith: secretOf(3) }),
      await send(spaced, { signedWith: current, instead: JSON.stringify(JSON.parse(spaced)) }),
      await send(spaced, { signedWith: current, signedAt: Date.now() - 400_000 }),
    ];
    expect(refusals).toEqual([
      "401 There is no signature",
      "401 The signature does not match",
      "401 The signature does not match",
      "401 The signature's time is more than 300 s from the receiver's clock",
    ]);
    expect(taken()).toEqual([1, 1]);
  });

  it("passes a ping that is signed with a secret which nobody can know yet", async () => {
    const { send, onBatch } = await receiver({ secret: secretOf(1) });
    expect(await send(ping, { signedWith: secretOf(9) })).toBe("200 ping");
    expect(onBatch).not.toHaveBeenCalled();
  });

  it("refuses too many bytes, before and after decompression", async () => {
    const { send, taken } = await receiver({ maxBytes: 100_000 });
    const refused = "413 The body has more than 100000 bytes";
    expect([await send(listOf(200)), await send(listOf(200), { gzip: true })]).toEqual([refused, refused]);
    expect(await send(listOf(100), { gzip: true })).toBe("200 done");
    expect(taken()).toEqual([100]);
  });

  it("refuses what is no batch", async () => {
    const { send, onBatch } = await receiver();
    const refusals = [await send("[{"), await send("{}"), await send("")];
    expect(refusals.map((refusal) => refusal.slice(0, 4))).toEqual(["400 ", "400 ", "400 "]);
    expect(onBatch).not.toHaveBeenCalled();
  });

  it("does not start with an empty token or secret, or with one that does not decode", async () => {
    const onBatch = (): void => undefined;
    await expect(start({ onBatch, token: undefined })).rejects.toThrow(/token is empty or not set/);
    await expect(start({ onBatch, token: ["new", " "] })).rejects.toThrow(/token is empty or not set/);
    await expect(start({ onBatch, secret: "" })).rejects.toThrow(/signing secret is empty or not set/);
    for (const secret of ["whsec_", "whsec_!!!!", "changeme", `${secretOf(1)}\n`, `${secretOf(1).slice(0, 20)} `]) {
      await expect(start({ onBatch, secret }), secret).rejects.toThrow(/signing secret must be whsec_ and base64/);
    }
  });
});
