import { gzipSync } from "node:zlib";
import { generateCampaign } from "../../local/generator/mix.ts";

/** The customer of the local key, to whom all events belong. */
export const customerId = "1";
const startedAt = Date.parse("2026-01-02T03:04:05Z");

/** Events of a generated campaign as JSON, the same ones for the same seed. */
export const campaign = (count: number, seed = 1): readonly string[] =>
  generateCampaign({ seed, count, startedAt, customerId }).map((event) => JSON.stringify(event));

/** Delivery events of one size in bytes as JSON, filled up with what campaign events are made of. */
export const eventsOfSize = (bytes: number, count: number): readonly string[] => {
  // Quotes would be escaped and so cost two bytes.
  const text = campaign(1_000).join(" ").replaceAll(/["\\]/g, "'");
  return Array.from({ length: count }, (_, index) => {
    const fields = { type: "delivery", customer_id: customerId, event_id: String(index).padStart(8, "0"), filler: "" };
    const fillerBytes = bytes - JSON.stringify({ msys: { message_event: fields } }).length;
    // Far from the event before, whose text compression would find again.
    const start = (index * 104_729) % (text.length - Math.min(fillerBytes, text.length / 2));
    const filler = text.slice(start, start + Math.max(0, fillerBytes));
    return JSON.stringify({ msys: { message_event: { ...fields, filler } } });
  });
};

/** A request body for the ingest route. */
export const gzipNdjson = (events: readonly string[]): Buffer => gzipSync(events.join("\n"));

/** Number of events as figures show it. */
export const count = (events: number): string => `${events.toLocaleString("en")} events`;

/** Number of bytes as figures show it. */
export const sizeOf = (bytes: number): string =>
  bytes < 1_000
    ? `${bytes} B`
    : bytes < 1_000_000
      ? `${Math.round(bytes / 1_000)} kB`
      : `${(bytes / 1_000_000).toFixed(1)} MB`;
