import { describe, expect, it } from "vitest";
import { type DocumentReading, readDocuments } from "../../../lambdas/ses/read-documents.ts";
import { bounce, delivery, eventBridgeEvent, firehoseRequest, send, snsEnvelope } from "./documents.ts";

const read = (value: unknown): readonly DocumentReading[] => [
  ...readDocuments(Buffer.from(typeof value === "string" ? value : JSON.stringify(value))),
];
const documentsIn = (value: unknown): readonly unknown[] =>
  read(value).map((reading) => (reading.kind === "document" ? reading.document : reading));

const one = JSON.parse(JSON.stringify(send())) as object;
const two = JSON.parse(JSON.stringify(delivery())) as object;
const three = JSON.parse(JSON.stringify(bounce())) as object;
const lines = (...values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

describe("wrappings", () => {
  it.each([
    ["a document", one, [one]],
    ["a document over several lines", JSON.stringify(one, null, 2), [one]],
    ["an array", [one, two], [one, two]],
    ["lines", lines(one, two), [one, two]],
    ["an SNS envelope", snsEnvelope(one), [one]],
    ["an SNS envelope in another", snsEnvelope(snsEnvelope(one)), [one]],
    ["an array of envelopes and documents", [snsEnvelope(one), two, eventBridgeEvent(three)], [one, two, three]],
    ["an EventBridge event", eventBridgeEvent(two), [two]],
    ["an EventBridge event through SNS", snsEnvelope(eventBridgeEvent(two)), [two]],
    ["lines of EventBridge events", lines(eventBridgeEvent(one), eventBridgeEvent(two)), [one, two]],
    ["a Firehose request", firehoseRequest([lines(one), lines(two, three)]), [one, two, three]],
    ["a Firehose request of SNS envelopes", firehoseRequest([lines(snsEnvelope(one))]), [one]],
  ])("reads %s", (_, value, expected) => {
    expect(documentsIn(value)).toEqual(expected);
  });

  it("takes a document that has what wrappers have for a document", () => {
    for (const key of ["Type", "requestId", "records", "detail-type"]) {
      expect(documentsIn({ ...one, [key]: "x" })).toEqual([{ ...one, [key]: "x" }]);
    }
  });

  it("does not unwrap for ever", () => {
    let value: object = one;
    for (let depth = 0; depth < 8; depth += 1) value = snsEnvelope(value);
    expect(read(value)).toMatchObject([{ kind: "unreadable", problem: "wrapped more than 5 times" }]);
    for (let depth = 0; depth < 500; depth += 1) value = eventBridgeEvent(value);
    expect(read(value)).toMatchObject([{ kind: "unreadable", problem: "wrapped more than 5 times" }]);
  });
});

it("knows what comes before the first document", () => {
  const notice = "Successfully validated SNS topic for Amazon SES event publishing.";
  const confirmation = snsEnvelope("You have chosen to subscribe", { Type: "SubscriptionConfirmation", Token: "abc" });
  expect(read(notice)).toEqual([{ kind: "setup" }]);
  expect(read(snsEnvelope(notice))).toEqual([{ kind: "setup" }]);
  expect(read(confirmation)).toMatchObject([{ kind: "setup", envelope: { Token: "abc" } }]);
  expect(read({ ...confirmation, Type: "UnsubscribeConfirmation" })).toMatchObject([{ kind: "setup" }]);
});

describe("what cannot be read", () => {
  it("stands beside what can, and keeps its bytes", () => {
    const readings = read(`${lines(one)}not JSON\n${lines(two)}`);
    expect(readings.map(({ kind }) => kind)).toEqual(["document", "unreadable", "document"]);
    expect(readings[1]).toMatchObject({
      problem: expect.stringMatching(/^not valid JSON/),
      source: Buffer.from("not JSON"),
    });
    expect(readings[0]).toMatchObject({ source: Buffer.from(JSON.stringify(one)) });
  });

  it.each([
    ["nothing", "", "empty"],
    ["white space", " \n ", "empty"],
    ["an empty message", snsEnvelope(""), "empty"],
    ["an empty record", firehoseRequest([""]), "empty"],
    ["text", "hello", /^not valid JSON/],
    ["an envelope of text", snsEnvelope("hello"), /^not valid JSON/],
    ["half a document", JSON.stringify(one).slice(0, -10), /^not valid JSON/],
    ["a document larger than SQS takes", { ...one, padding: "x".repeat(1024 * 1024) }, /^\d+ bytes; at most 1048576/],
  ])("%s", (_, value, problem) => {
    const found = read(value).map((reading) => (reading.kind === "unreadable" ? reading.problem : reading.kind));
    expect(found).toEqual([typeof problem === "string" ? problem : expect.stringMatching(problem)]);
  });

  it("bytes that are no text", () => {
    const readings = [...readDocuments(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))];
    expect(readings).toMatchObject([{ kind: "unreadable", problem: "not valid UTF-8" }]);
  });

  it("a Firehose request without records holds nothing", () => {
    expect(read(firehoseRequest([]))).toEqual([]);
  });
});
