import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { filterEvents } from "#shared/events/event-filter.ts";
import { findEvents } from "#shared/events/find-events.ts";
import { maskerFor, maskRecipient, recipientsIn } from "#shared/events/mask-addresses.ts";
import { type RoutedEvent, spanOf } from "#shared/events/span.ts";
import { asWritten, parseNumbers } from "#shared/text/json.ts";

/** Writes JSON with some characters escaped, as producers may. */
const escaped = (json: string, every: number): string => {
  let at = 0;
  return json.replaceAll(/[a-z0-9@.\-é😀]/giu, (character) => {
    at += 1;
    if (at % every !== 0) return character;
    return character
      .split("")
      .map((unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  });
};
const eventOf = (fields: object, every = Number.POSITIVE_INFINITY): RoutedEvent =>
  eventIn(escaped(JSON.stringify({ msys: { message_event: fields } }), every));
const eventIn = (json: string): RoutedEvent => ({
  ...spanOf(Buffer.from(json)),
  type: "delivery",
  subaccountId: undefined,
});

const value = fc.string({
  unit: fc.constantFrom("a", "B", "7", "@", ".", "-", "/", '"', "\\", "é", "😀", " ", "<", "["),
  minLength: 1,
  maxLength: 12,
});

describe("a finder", () => {
  it("never passes over bytes that hold an event, however its text is written", () => {
    fc.assert(
      fc.property(
        value,
        fc.constantFrom(1, 2, 3, 5, Number.POSITIVE_INFINITY),
        fc.boolean(),
        (text, every, isUpper) => {
          const recipient = isUpper ? text.toUpperCase() : text.toLowerCase();
          const found = eventOf({ event_id: text, campaign_id: text, rcpt_to: recipient }, every);
          const finders = [{ id: text }, { eventId: text }, { campaignId: text, id: text }, { recipient: text }].map(
            findEvents,
          );
          for (const finder of finders) expect([finder.mayBeIn(found), finder.is(found)]).toEqual([true, true]);
        },
      ),
    );
  });

  it("passes over what does not hold its values, and tells fields apart", () => {
    const other = eventOf({ event_id: "1", subject: "wanted" });
    expect(findEvents({ eventId: "missing" }).mayBeIn(other)).toBe(false);
    const finder = findEvents({ eventId: "wanted" });
    expect([finder.mayBeIn(other), finder.is(other)]).toEqual([true, false]);
    expect(findEvents({ id: "1" }).is(eventOf({ transmission_id: 1 }))).toBe(true);
    expect(findEvents({ recipient: "+4912" }).is(eventOf({ sms_dst: "+4912" }))).toBe(true);
  });

  it("finds ids and numbers that are written as numbers, and takes nothing for what is not there", () => {
    const sms = eventOf({ message_id: 17, transmission_id: 18, sms_dst: 4912 });
    const nothing = eventOf({ subject: "undefined", rcpt_to: null, message_id: ["17"] });
    for (const criteria of [{ messageId: "17" }, { messageId: "18" }, { id: "17" }, { recipient: "4912" }]) {
      expect(findEvents(criteria).is(sms)).toBe(true);
      expect(findEvents(criteria).is(nothing)).toBe(false);
    }
    for (const text of ["undefined", "null"]) {
      for (const criteria of [{ id: text }, { recipient: text }, { messageId: text }, { campaignId: text }]) {
        expect(findEvents(criteria).is(nothing)).toBe(false);
      }
    }
  });

  it("finds ids that are written as numbers by all of their digits, and by no others", () => {
    const fields =
      '"event_id":92356927693813856,"message_id":65832150921904138,"sms_dst":4912345678901234567,"cost":1.50';
    const long = eventIn(`{"msys":{"message_event":{${fields}}}}`);
    for (const criteria of [
      { eventId: "92356927693813856" },
      { id: "92356927693813856" },
      { messageId: "65832150921904138" },
      { recipient: "4912345678901234567" },
    ]) {
      const { mayBeIn, is } = findEvents(criteria);
      expect([mayBeIn(long), is(long)]).toEqual([true, true]);
    }
    // What JavaScript makes of them.
    for (const criteria of [{ id: "92356927693813860" }, { messageId: "65832150921904136" }]) {
      expect(findEvents(criteria).is(long)).toBe(false);
    }
    expect(filterEvents({ messageId: "65832150921904138" })(long)).toBe(true);
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const nested = eventIn(`{"msys":{"message_event":{"event_id":"x","message_id":92356927693813856,"deep":${deep}}}}`);
    expect(findEvents({ id: "x" }).is(nested)).toBe(true);
  });

  it("judges by type and sub-account before anything is read", () => {
    const route = { type: "inband", subaccountId: "7" };
    expect(findEvents({ id: "1", types: ["bounce"], subaccountId: 7 }).isRoute(route)).toBe(true);
    expect(findEvents({ id: "1", types: ["delivery"] }).isRoute(route)).toBe(false);
    expect(findEvents({ id: "1", subaccountId: 0 }).isRoute(route)).toBe(false);
    expect(findEvents({ id: "1", subaccountId: 0 }).isRoute({ type: "bounce", subaccountId: undefined })).toBe(true);
    // One about a webhook of all sub-accounts is not the primary account's.
    const aboutAll = { type: "webhook_failing", subaccountId: undefined, about: "1" };
    expect(findEvents({ id: "1", subaccountId: 0 }).isRoute(aboutAll)).toBe(false);
    expect(findEvents({ id: "1" }).isRoute(aboutAll)).toBe(true);
  });

  it("finds nothing in what is no envelope", () => {
    for (const text of ["null", "[]", '{"msys":null}', '{"msys":{"message_event":"id"}}', "{"]) {
      const event = { ...spanOf(Buffer.from(text)), type: "delivery", subaccountId: undefined };
      expect(findEvents({ id: "id" }).is(event)).toBe(false);
      expect(filterEvents({ messageId: "id" })(event)).toBe(false);
    }
  });
});

describe("masking", () => {
  it("leaves no address but the sender's, wherever it stands", () => {
    const event = {
      msys: {
        message_event: {
          rcpt_to: "ann@example.com",
          raw_rcpt_to: '"Ann Smith"@example.com',
          sms_dst: 4_915_112_345_678,
          msg_from: "news@sender.example",
          raw_reason: "550 5.1.1 <ann@example.com>: no such user, told ann.b@example.com",
          rcpt_meta: { "ann@example.com": ["x", "ann@example.com"], n: 1 },
          subject: "at @ noon",
        },
      },
    };
    const text = JSON.stringify(maskerFor(recipientsIn(event)).event(event));
    expect(text).not.toMatch(/ann@|ann\.b@|Smith|4915112/);
    expect(JSON.parse(text).msys.message_event).toMatchObject({
      rcpt_to: "a***@example.com",
      raw_rcpt_to: '"***@example.com',
      sms_dst: "4***",
      msg_from: "news@sender.example",
      raw_reason: "550 5.1.1 <a***@example.com>: no such user, told a***@example.com",
      rcpt_meta: { "a***@example.com": ["x", "a***@example.com"], n: 1 },
      subject: "at @ noon",
    });
  });

  const masked = (event: unknown): string => JSON.stringify(maskerFor(recipientsIn(event)).event(event));

  it.each([
    ["in a URL", "https://shop.example/?email=Ann%40Example.com&x=1"],
    ["encoded twice", "https://shop.example/?next=%2F%3Femail%3Dann%2540example.com"],
    ["another one in a URL", "https://shop.example/ann%40other.example"],
    ["quoted", '550 <"ann smith"@example.com> is unknown'],
    ["with an apostrophe", "550 o'ann@example.com is unknown"],
    ["with a comment", "550 x(ann)@example.com is unknown"],
    ["with what a path has", "550 x/ann@example.com is unknown"],
    ["in the sender's address for bounces", "sent by bounce+ann=example.com@sender.example"],
    ["a number", "SMS to 4915112345678 (+4915112345678) was refused"],
  ])("masks an address %s", (_, raw_reason) => {
    const fields = { rcpt_to: "ann@example.com", sms_dst: "+4915112345678", raw_reason, [raw_reason]: [raw_reason] };
    const text = masked({ msys: { message_event: fields } });
    expect(text).not.toMatch(/ann|4915112345678/i);
  });

  it("masks a number by its digits, and leaves others as they are written", () => {
    const event = parseNumbers(
      '{"msys":{"message_event":{"sms_dst":49123456789012345678,"event_id":92356927693813856,"cost":1.50,"note":[49123456789012345678]}}}',
      asWritten,
    );
    expect(masked(event)).toBe(
      '{"msys":{"message_event":{"sms_dst":"4***","event_id":92356927693813856,"cost":1.50,"note":["4***"]}}}',
    );
  });

  it("keeps the sender's address only where it is the sender's, and not a person's", () => {
    const sender = {
      msg_from: "news@sender.example",
      friendly_from: "hello@sender.example",
      mailfrom: "x.y@s.example",
    };
    expect(masked({ msys: { message_event: sender } })).toBe(JSON.stringify({ msys: { message_event: sender } }));
    expect(masked({ msys: { relay_event: { msg_from: "ann@example.com" } } })).not.toContain("ann");
    expect(masked({ msys: { message_event: { rcpt_meta: { friendly_from: "ann@example.com" } } } })).not.toContain(
      "ann",
    );
    const verp = { msg_from: "bounce+ann=example.com@sender.example" };
    expect(masked({ msys: { message_event: verp } })).not.toContain("ann");
  });

  it("keeps fields whose names are the same when masked", () => {
    const rcpt_meta = { "ann@example.com": 1, "amy@example.com": 2 };
    const shown = JSON.parse(masked({ msys: { message_event: { rcpt_meta } } }));
    expect(shown.msys.message_event.rcpt_meta).toEqual({ "a***@example.com": 1, "a***@example.com (2)": 2 });
  });

  it("shows the first character of a recipient, and no half of one, unless it is all of it", () => {
    expect(maskRecipient("a@example.com")).toBe("***@example.com");
    expect(maskerFor(["a@example.com"]).text("to a@example.com")).toBe("to ***@example.com");
    expect(maskRecipient("😀x@example.com")).toBe("😀***@example.com");
    expect(maskRecipient("")).toBe("***");
  });
});
