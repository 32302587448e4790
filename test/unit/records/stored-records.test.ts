import { expect, it } from "vitest";
import { decodeRecord } from "#shared/events/decode-record.ts";
import { bytesOf } from "#shared/events/span.ts";
import stored from "./stored-records.json" with { type: "json" };

// The stream keeps records for up to a year, and quarantine for a month: whatever once was written must stay readable.
// Records are added when a format changes, and never made anew.
it.each(stored)("a record of $name, as it was once written, is read", ({ data, events }) => {
  const decoded = decodeRecord(Buffer.from(data, "base64"));
  expect(decoded.undecodable).toEqual([]);
  expect(
    decoded.events.map((found) => ({
      text: bytesOf(found).toString(),
      type: found.type,
      customerId: found.customerId,
      subaccountId: found.subaccountId,
    })),
  ).toEqual(events.map((event) => ({ subaccountId: undefined, ...event })));
});
