import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import * as z from "zod";

/** What a sink finds in a body. */
export interface BodyFacts {
  /** Number of events; the test POST has none. */
  readonly events: number;
  /** Number of events by type. */
  readonly types: Readonly<Record<string, number>>;
  readonly eventIds: readonly string[];
  /** The first event as JSON. */
  readonly firstEvent: string | undefined;
}

/** Finds what a sink tells of a body; throws for one that is no batch. */
export type BodyReader = (body: Buffer) => BodyFacts;

/** A body that grows beyond this is no batch. */
const maxBodyBytes = 256 * 1024 * 1024;
type Decode = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;
const decoders = new Map<string, Decode>([
  ["gzip", promisify(gunzip)],
  ["zstd", promisify(zstdDecompress)],
]);

/** The body as it was before its content encoding. */
export const decodeBody = async (body: Buffer, encoding: string | undefined): Promise<Buffer> =>
  (await decoders.get(encoding ?? "")?.(body, { maxOutputLength: maxBodyBytes })) ?? body;

const batchSchema = z.array(
  z.object({
    msys: z.record(
      z.string(),
      z.looseObject({
        type: z.string().optional(),
        event_id: z.unknown().optional(),
        message_id: z.unknown().optional(),
      }),
    ),
  }),
);

/** The id of an event, which producers write as a text or a number; a number of more digits than JavaScript has names no event. */
const idsIn = (id: unknown): readonly string[] =>
  typeof id === "string" || Number.isSafeInteger(id) ? [String(id)] : [];

/** Reads every event of a body. */
export const readEveryEvent: BodyReader = (body) => {
  const batch = batchSchema.parse(JSON.parse(body.toString())).filter(({ msys }) => Object.keys(msys).length > 0);
  const counts = new Map<string, number>();
  const eventIds: string[] = [];
  for (const { msys } of batch) {
    for (const [eventClass, { type = eventClass, event_id: eventId }] of Object.entries(msys)) {
      counts.set(type, (counts.get(type) ?? 0) + 1);
      eventIds.push(...idsIn(eventId));
    }
  }
  const firstEvent = batch[0] === undefined ? undefined : JSON.stringify(batch[0]);
  return { events: batch.length, types: Object.fromEntries(counts), eventIds, firstEvent };
};

/** Reads the ids of those events whose message's id begins so. */
export const readEventIdsOf =
  (messageIdPrefix: string): BodyReader =>
  (body) => {
    const batch = batchSchema.parse(JSON.parse(body.toString()));
    const eventIds = batch.flatMap(({ msys }) =>
      Object.values(msys).flatMap(({ event_id: eventId, message_id: messageId }) =>
        String(messageId).startsWith(messageIdPrefix) ? idsIn(eventId) : [],
      ),
    );
    return { events: eventIds.length, types: {}, eventIds, firstEvent: undefined };
  };

const idMark = Buffer.from('"event_id":"');

/**
 * Only cuts the ids out of a body, at a tenth of the price. It takes the word of whoever sent the events that each has one id
 * and none in a field of its own making, as those of the generator do.
 */
export const readEventIds: BodyReader = (body) => {
  const eventIds: string[] = [];
  for (let at = body.indexOf(idMark); at !== -1; at = body.indexOf(idMark, at)) {
    const start = at + idMark.length;
    at = body.indexOf(0x22, start);
    if (at === -1) throw new Error("The body ends within an event id");
    eventIds.push(body.toString("latin1", start, at));
  }
  return { events: eventIds.length, types: {}, eventIds, firstEvent: undefined };
};
