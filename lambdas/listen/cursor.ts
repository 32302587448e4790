import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { errors } from "#shared/errors.ts";
import { jsonOf } from "#shared/text/json.ts";
import * as z from "zod";
import { bytesOfOpaqueText, toOpaqueText } from "#shared/runtime/opaque-text.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** Where a listener stands in one shard. */
export type Position =
  /** Behind a record that arrived at a time, Unix milliseconds. */
  | { readonly kind: "after"; readonly sequenceNumber: string; readonly at: number; readonly given: number }
  /** Before the first record that arrived at a time or later. */
  | { readonly kind: "time"; readonly at: number; readonly given: number }
  /** Behind the last record of a shard that takes no more. */
  | { readonly kind: "end" };

/** Where a listener stands on the stream. */
export interface Place {
  /** Shards that are not in the list begin here, Unix milliseconds: they have come into being since. */
  readonly since: number;
  /**
   * By the shard's id. `given` counts the customer's events of the record that comes next which have been answered already: a
   * record may hold more events than an answer.
   */
  readonly shards: ReadonlyMap<string, Position>;
}

/** Whose cursor it is, and of which stream. */
export interface CursorOwner {
  readonly customerId: string;
  readonly streamName: string;
}

const whole = z.int().min(0);
const cursorContent = z.object({
  since: whole,
  after: z.array(z.tuple([z.string(), z.string().regex(/^\d{1,80}$/), whole, whole])),
  time: z.array(z.tuple([z.string(), whole, whole])),
  end: z.array(z.string()),
});

const tagBytes = 16;
/** More than the positions of all shards that are read take. */
const maxContentBytes = 64 * 1024;

/** A place as opaque text. The same place gives the same text. */
export const encodeCursor = (owner: CursorOwner, { since, shards }: Place): string => {
  const content: z.input<typeof cursorContent> = { since, after: [], time: [], end: [] };
  for (const [shard, position] of shards) {
    if (position.kind === "after") {
      content.after.push([shard, position.sequenceNumber, position.at, position.given]);
    } else if (position.kind === "time") content.time.push([shard, position.at, position.given]);
    else content.end.push(shard);
  }
  const packed = deflateRawSync(JSON.stringify(content));
  return toOpaqueText(Buffer.concat([tagOf(owner, packed), packed]));
};

/**
 * Reads a cursor; throws a 400 for what this function has not made for the same customer and stream, and for a place that the
 * stream does not keep any more.
 *
 * @param oldest arrival of the oldest record that the stream keeps, Unix milliseconds
 */
export const decodeCursor = (owner: CursorOwner, cursor: string, oldest: number): Place => {
  const bytes = bytesOfOpaqueText(cursor) ?? Buffer.of();
  const packed = bytes.subarray(tagBytes);
  const isOurs = tagOf(owner, packed).equals(bytes.subarray(0, tagBytes));
  const content = isOurs ? cursorContent.safeParse(jsonOf(inflateText(packed))).data : undefined;
  if (content === undefined) {
    throw errors.badParameter(
      "'cursor' is not a cursor of these events",
      `Sent: ${JSON.stringify(beginningOf(cursor, 80))}. Accepted: 'next_cursor' of an answer to a key of the same customer, unchanged.`,
    );
  }
  const { since, after, time, end } = content;
  const shards = new Map<string, Position>([
    ...after.map(
      ([shard, sequenceNumber, at, given]) => [shard, { kind: "after", sequenceNumber, at, given }] as const,
    ),
    ...time.map(([shard, at, given]) => [shard, { kind: "time", at, given }] as const),
    ...end.map((shard) => [shard, { kind: "end" }] as const),
  ]);
  const places = [since, ...[...shards.values()].flatMap((position) => (position.kind === "end" ? [] : [position.at]))];
  if (Math.min(...places) < oldest) {
    throw errors.badParameter(
      "'cursor' has expired",
      "Events behind it are not kept any more. Begin anew, without a cursor or with 'from'.",
    );
  }
  return { since, shards };
};

/** A cursor is no secret and gives nothing that `from` would not: the tag keeps out mistakes and mix-ups. */
const tagOf = ({ customerId, streamName }: CursorOwner, packed: Buffer): Buffer =>
  createHash("sha256")
    .update(JSON.stringify([streamName, customerId]))
    .update(packed)
    .digest()
    .subarray(0, tagBytes);

const inflateText = (packed: Buffer): string => {
  try {
    return inflateRawSync(packed, { maxOutputLength: maxContentBytes }).toString();
  } catch {
    return "";
  }
};
