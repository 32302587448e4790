import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Batch, parseBatch, type ParseOptions, ReceiverError } from "../../../receiver/index.ts";

const batchId = "0b4d2a4e-6f1c-5d0e-9c55-0a8c1c3f7a11";
const headers = { "X-MessageSystems-Batch-ID": batchId };
const envelope = (n: number): string => JSON.stringify({ msys: { message_event: { type: "delivery", n: String(n) } } });
const listOf = (count: number): string => `[${Array.from({ length: count }, (_, n) => envelope(n)).join(",")}]`;
const refusal = (body: Uint8Array | string, given: Record<string, string> = headers, options?: ParseOptions) => {
  try {
    return parseBatch(body, given, options);
  } catch (error) {
    if (!(error instanceof ReceiverError)) throw error;
    return { status: error.status, message: error.message };
  }
};

describe("parseBatch", () => {
  it.each([
    ["the test POST", '[{"msys":{}}]'],
    ["the test POST of older versions", '{"msys":{}}'],
    ["an empty list", "[]"],
    ["several empty envelopes", '[{"msys":{}},{"msys":{}}]'],
  ])("takes %s as a ping", (_, body) => {
    expect(parseBatch(body, headers)).toEqual({ batchId, isPing: true, events: [] });
    expect(parseBatch(body, {})).toEqual({ batchId: "", isPing: true, events: [] });
  });

  it.each([1, 2, 10_000])("reads %i events in their order", (count) => {
    const { isPing, events } = parseBatch(listOf(count), headers);
    expect({ isPing, count: events.length }).toEqual({ isPing: false, count });
    expect(events.map(({ data }) => data["n"])).toEqual(Array.from({ length: count }, (_, n) => String(n)));
    expect(events[0]).toEqual({ class: "message_event", type: "delivery", data: { type: "delivery", n: "0" } });
  });

  it("reads a body in gzip, with its header, without it, and when a framework has decompressed it already", () => {
    const expected = parseBatch(listOf(2), headers);
    const gzip = { ...headers, "Content-Encoding": "gzip" };
    expect(parseBatch(gzipSync(listOf(2)), gzip)).toEqual(expected);
    expect(parseBatch(gzipSync(listOf(2)), headers)).toEqual(expected);
    expect(parseBatch(Buffer.from(listOf(2)), gzip)).toEqual(expected);
  });

  it("skips a byte-order mark", () => {
    expect(parseBatch(Buffer.from(`\uFEFF${listOf(1)}`), headers).events).toHaveLength(1);
    expect(parseBatch(gzipSync(`\uFEFF${listOf(1)}`), headers).events).toHaveLength(1);
  });

  it("lets unknown classes and types through, and leaves values as they came", () => {
    const body =
      '[{"msys":{"future_event":{"type":"teleport","timestamp":"1700000000","size":17}}},{"msys":{"odd":{"type":7}}}]';
    expect(parseBatch(body, headers).events).toEqual([
      { class: "future_event", type: "teleport", data: { type: "teleport", timestamp: "1700000000", size: 17 } },
      { class: "odd", type: "", data: { type: 7 } },
    ]);
  });

  it("keeps what a mail server sends beside msys, and skips empty envelopes among events", () => {
    const body = '[{"msys":{}},{"msys":{"track_event":{"type":"open"}},"cust":{"id":"A-17"}}]';
    const [event, ...others] = parseBatch(body, headers).events;
    expect(event).toEqual({ class: "track_event", type: "open", data: { type: "open" }, cust: { id: "A-17" } });
    expect(others).toEqual([]);
  });

  it.each<[string, () => Batch]>([
    ["Node's headers", () => parseBatch("[]", { "x-messagesystems-batch-id": batchId })],
    ["other spellings", () => parseBatch("[]", { "X-Messagesystems-Batch-Id": [batchId] })],
    ["the Fetch API's", () => parseBatch("[]", new Headers(headers))],
    ["those of Standard Webhooks alone", () => parseBatch("[]", { "webhook-id": batchId })],
  ])("finds the batch id in %s", (_, parse) => {
    expect(parse().batchId).toBe(batchId);
  });

  it.each([
    ["nothing", "", 400, /not valid JSON/],
    ["a cut body", listOf(2).slice(0, -9), 400, /not valid JSON/],
    ["a cut gzip body", gzipSync(listOf(9)).subarray(0, 40), 400, /not valid gzip/],
    ["something else", '"text"', 400, /not a list of/],
    ["a list of something else", "[null]", 400, /not a list of/],
    ["an event that is no object", '[{"msys":{"message_event":7}}]', 400, /class message_event is not an object/],
  ])("refuses %s", (_, body, status, message) => {
    expect(refusal(body)).toEqual({ status, message: expect.stringMatching(message) });
  });

  it("refuses events without a batch id, and a compression that it does not know", () => {
    expect(refusal(listOf(1), {})).toMatchObject({ status: 400, message: expect.stringContaining("Batch-ID") });
    const brotli = { ...headers, "content-encoding": "br" };
    expect(refusal(listOf(1), brotli)).toMatchObject({ status: 415, message: expect.stringContaining("as br;") });
  });

  it("refuses more bytes than allowed, before and after decompression", () => {
    const body = listOf(100);
    expect(parseBatch(body, headers, { maxBytes: body.length }).events).toHaveLength(100);
    expect(refusal(body, headers, { maxBytes: body.length - 1 })).toMatchObject({ status: 413 });
    expect(refusal(gzipSync(body), headers, { maxBytes: body.length - 1 })).toMatchObject({ status: 413 });
  });
});
