import { describe, expect, it } from "vitest";
import { ageShare, closedText, typeParts } from "../../../console/pages/webhook/batch/anatomy.ts";
import { exactJsonOf } from "#shared/text/json.ts";
import { bodyEvents, findEvents, maskRecipients } from "../../../console/pages/webhook/batch/body-events.ts";

describe("recipients", () => {
  it("are masked wherever they stand, and nothing else is", () => {
    const event = {
      type: "click",
      rcpt_to: "ann@example.net",
      raw_rcpt_to: "Ann",
      sms_dst: 447700900123,
      friendly_from: "Shop <shop@example.com>",
      target_link_url: "https://example.com/?mail=ann%40example.net&page=2",
      rcpt_tags: ["vip", "bob@example.net"],
      rcpt_meta: { boss: "carl@example.net" },
      num_retries: 2,
    };
    expect(maskRecipients(event)).toEqual({
      type: "click",
      rcpt_to: "a…@example.net",
      raw_rcpt_to: "A…",
      sms_dst: "4…",
      friendly_from: "Shop <s…@example.com>",
      target_link_url: "https://example.com/?mail=a…@example.net&page=2",
      rcpt_tags: ["vip", "b…@example.net"],
      rcpt_meta: { boss: "c…@example.net" },
      num_retries: 2,
    });
  });

  it("are not found by a search while they are masked", () => {
    const events = [{ msys: { message_event: { type: "bounce", rcpt_to: "ann@example.net" } } }];
    expect(findEvents(bodyEvents(events, { masked: true }), "ann@")).toEqual([]);
    expect(findEvents(bodyEvents(events, { masked: false }), "ANN@")).toMatchObject([
      { place: 1, type: "bounce", recipient: "ann@example.net" },
    ]);
  });

  it("stand beside numbers that keep their digits, and are masked where they are such numbers", () => {
    const text =
      '{"msys":{"message_event":{"type":"delivery","sms_dst":447700900123456789012,"queue":92356927693813856123}}}';
    const read = [exactJsonOf(text) as Record<string, unknown>];
    expect(JSON.parse(bodyEvents(read, { masked: true })[0]?.json ?? "")).toMatchObject({
      msys: { message_event: { sms_dst: "4…" } },
    });
    for (const masked of [true, false]) {
      expect(bodyEvents(read, { masked })[0]?.json).toContain('"queue": 92356927693813856123');
    }
    expect(findEvents(bodyEvents(read, { masked: true }), "813856123")).toHaveLength(1);
  });

  it("do not have to be there", () => {
    expect(bodyEvents([{}, { msys: {} }, { msys: { x: null } }], { masked: true }).map(({ type }) => type)).toEqual([
      "event",
      "event",
      "event",
    ]);
  });
});

describe("a batch's anatomy", () => {
  const formed = {
    events: 40,
    bytes: 2_048,
    created_at: "2026-01-02T03:00:00Z",
    closed_at: "2026-01-02T03:00:07.500Z",
  };

  it("says what closed it and when", () => {
    expect(closedText({ ...formed, batch_size: 40, closed_by: "count" })).toBe(
      "Full: it has the 40 events that a batch may have. The window, which ended after 7.5 s, had more.",
    );
    expect(closedText({ ...formed, batch_size: 90, closed_by: "window" })).toBe(
      "The window ended after 7.5 s, with 40 of at most 90 events.",
    );
    expect(closedText({ ...formed, closed_by: "bytes" })).toContain("2 KB");
    expect(closedText({ ...formed, uncut: true })).toContain("What is left of a window");
  });

  it("compares its age with the window, which has passed when it closed the batch", () => {
    expect(ageShare({ ...formed, closed_by: "count" }, 30)).toBe(0.25);
    expect(ageShare({ ...formed, closed_by: "window" }, 30)).toBe(1);
    // The window is that of the system, not always half a minute.
    expect(ageShare({ ...formed, closed_by: "count" }, 10)).toBe(0.75);
  });

  it("puts rare types together", () => {
    const types = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`type_${index}`, 100 - index]));
    const parts = typeParts(types);
    expect(parts).toHaveLength(7);
    expect(parts[0]).toEqual({ label: "type_0", events: 100 });
    expect(parts[6]).toEqual({ label: "4 other types", events: 94 + 93 + 92 + 91 });
  });
});
