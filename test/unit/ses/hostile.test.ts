import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { mapDocument } from "../../../lambdas/ses/map-document.ts";
import { bounce, delivery, everyDocument, mail, open, send } from "./documents.ts";
import { eventsOf, fieldsOf, map, options, problemOf } from "./mapping.ts";

describe("what becomes no event says why", () => {
  it.each([
    [null, "must be an object"],
    [[], "must be an object"],
    ["Bounce", "must be an object"],
    [{}, "'eventType' must be a string"],
    [{ eventType: 7 }, "'eventType' must be a string"],
    [{ ...send(), eventType: "Teleported" }, "unknown event type 'Teleported'"],
    [{ ...send(), eventType: "__proto__" }, "unknown event type '__proto__'"],
    [{ ...send(), eventType: "constructor" }, "unknown event type 'constructor'"],
    [{ eventType: "Send", send: {} }, /^'mail': /],
    [{ ...send(), mail: [] }, /^'mail': /],
    [send({ messageId: undefined }), /^'mail.messageId': /],
    [send({ messageId: " " }), "'mail.messageId': must not be empty"],
    [send({ timestamp: undefined }), /^'mail.timestamp': /],
    [send({ timestamp: "yesterday" }), "'mail.timestamp': must be an ISO 8601 time with its zone"],
    [send({ timestamp: "2026-03-02T09:14:55" }), "'mail.timestamp': must be an ISO 8601 time with its zone"],
    [send({ timestamp: "2026-13-45T09:14:55Z" }), "'mail.timestamp': must be an ISO 8601 time with its zone"],
    [send({ destination: [] }), /^'mail.destination': /],
    [send({ destination: [""] }), "'mail.destination.0': must not be empty"],
    [send({ destination: "ann@example.org" }), /^'mail.destination': /],
    [open({}, { destination: undefined }), /^'mail.destination': /],
    [open({ timestamp: 5 }), /^'open.timestamp': /],
    [{ ...bounce(), bounce: undefined }, /^'bounce': /],
    [bounce({ bouncedRecipients: [] }), /^'bounce.bouncedRecipients': /],
    [bounce({ bouncedRecipients: [{}] }), /^'bounce.bouncedRecipients.0.emailAddress': /],
    [bounce({ timestamp: undefined }), /^'bounce.timestamp': /],
    [delivery({ recipients: Array.from({ length: 101 }, (_, n) => `r${n}@example.org`) }), /^'delivery.recipients': /],
    [send({ commonHeaders: { subject: "\ud800" } }), "contains half a surrogate pair, which is no text"],
    [send({ tags: { a: ["\udc00"] } }), "contains half a surrogate pair, which is no text"],
    [send({ tags: { "\udc00": ["a"] } }), "contains half a surrogate pair, which is no text"],
  ])("%j: %s", (document, problem) => {
    expect(problemOf(document)).toEqual(typeof problem === "string" ? problem : expect.stringMatching(problem));
  });
});

it("takes optional fields of a wrong type as absent", () => {
  const wrong = [null, 7, true, [], {}, [[]]];
  for (const value of wrong) {
    const recipient = { emailAddress: "ann@example.org", status: value, diagnosticCode: value, action: value };
    const fields = {
      bounceType: value,
      bounceSubType: value,
      feedbackId: value,
      reportingMTA: value,
      remoteMtaIp: value,
    };
    const message = { source: value, commonHeaders: value, tags: value, headers: value, destination: value };
    expect(fieldsOf(bounce({ ...fields, bouncedRecipients: [recipient] }, message))).toEqual({
      type: "bounce",
      timestamp: "1772442898",
      event_id: expect.any(String),
      customer_id: "default-customer",
      message_id: mail()["messageId"],
      transmission_id: mail()["messageId"],
      injection_time: "2026-03-02T09:14:55.120Z",
      delv_method: "esmtp",
      bounce_class: "1",
      rcpt_to: "ann@example.org",
      raw_rcpt_to: "ann@example.org",
      recipient_domain: "example.org",
      routing_domain: "example.org",
    });
  }
});

it("keeps a tag called __proto__ a tag", () => {
  const document: unknown = JSON.parse(JSON.stringify(send()).replace('"order"', '"__proto__"'));
  const [event] = eventsOf(document);
  expect(JSON.stringify(event?.fields["rcpt_meta"])).toBe('{"__proto__":"A-17"}');
  expect(Object.getPrototypeOf({})).not.toHaveProperty("A-17");
});

it("is not slowed down by texts that are made to be slow", () => {
  const long = 60_000;
  const texts = [
    "<",
    "(",
    '"',
    "a@b,",
    "=?UTF-8?Q?",
    "=?utf-8?b?=",
    " ",
    "x",
    "x;",
    "said: ",
    "\n",
    "5.",
    "smtp;",
    "\t-",
  ];
  for (const piece of texts) {
    const text = piece.repeat(long / piece.length);
    const recipients = [{ emailAddress: text, status: text, diagnosticCode: text }];
    const message = { source: text, commonHeaders: { from: [text], subject: text } };
    const document = bounce({ bouncedRecipients: recipients, reportingMTA: text, remoteMtaIp: undefined }, message);
    // A step that is quadratic in the text's length takes longer than a test may.
    expect(map(document).kind).toBe(text.trim() === "" ? "invalid" : "events");
  }
});

it("takes documents that are deep where nothing looks", () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const document = JSON.stringify(send({ headers: "DEEP", tags: "DEEP" })).replaceAll('"DEEP"', deep);
  expect(fieldsOf(JSON.parse(document))).not.toHaveProperty("rcpt_meta");
});

test.prop([fc.jsonValue({ maxDepth: 4 })])("takes any JSON", (document) => {
  expect(["events", "ignored", "invalid"]).toContain(mapDocument(document, options).kind);
});

/** A document with one of its parts, at any depth, exchanged for something else. */
const damaged = fc
  .tuple(fc.constantFrom(...Object.values(everyDocument)), fc.nat(), fc.jsonValue({ maxDepth: 2 }))
  .map(([document, place, value]) => {
    const paths: string[][] = [];
    const visit = (part: unknown, path: readonly string[]): void => {
      if (path.length > 0) paths.push([...path]);
      if (typeof part === "object" && part !== null) {
        for (const [key, inner] of Object.entries(part)) visit(inner, [...path, key]);
      }
    };
    const copy: unknown = JSON.parse(JSON.stringify(document));
    visit(copy, []);
    const path = paths[place % paths.length] ?? [];
    let parent = copy as Record<string, unknown>;
    for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
    parent[path.at(-1) ?? ""] = value;
    return copy;
  });

test.prop([damaged])("turns a damaged document into whole events or into none", (document) => {
  const mapping = mapDocument(document, options);
  if (mapping.kind !== "events") return;
  expect(mapping.events.length).toBeGreaterThan(0);
  for (const { msys } of mapping.events) {
    const [fields = {}] = Object.values(msys);
    expect(fields).toMatchObject({
      type: expect.any(String),
      timestamp: expect.stringMatching(/^\d+$/),
      event_id: expect.stringMatching(/^\d+$/),
      customer_id: expect.stringMatching(/^[\x21-\x7e]{1,64}$/),
      message_id: expect.stringMatching(/\S/),
    });
    for (const [name, value] of Object.entries(fields)) {
      if (name !== "rcpt_meta") expect(value).toEqual(expect.any(String));
      else for (const text of Object.values(value as object)) expect(text).toEqual(expect.any(String));
    }
  }
});
