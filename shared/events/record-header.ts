import * as z from "zod";
import { jsonOf } from "#shared/text/json.ts";
import type { EventRoute } from "./span.ts";

/** A route as headers hold it: a type, and a sub-account if there is one. */
export type RoutePair = readonly [type: string, subaccountId?: string];

export const isRoutePairs = (value: unknown): value is readonly RoutePair[] =>
  Array.isArray(value) &&
  value.every((pair) => Array.isArray(pair) && (pair.length === 1 || pair.length === 2) && pair.every(isString));

const isString = (value: unknown): boolean => typeof value === "string";
const isIndexes = (value: unknown): boolean => Array.isArray(value) && value.every(Number.isInteger);

/** The route that a pair stands for. */
export const routeOf = ([type, subaccountId]: RoutePair): EventRoute => ({ type, subaccountId });

/**
 * First line of a record of format 1: lines of events, or an array. Routing believes its customer, which comes from the API
 * key, and ignores what the events say about themselves. Producers that write to the stream directly need no header.
 *
 * With `routes` and `lines` a reader need not parse the events, which ingest has done: `routes` lists the distinct pairs of
 * type and sub-account, and `lines` has one index into it for each line that follows.
 */
const linesHeader = z.object({
  tidepost: z.literal(1),
  customer_id: z.string().min(1),
  // By hand: a schema that looks at each of 500 indexes makes as much garbage as the rest of the record.
  routes: z.custom<readonly RoutePair[]>(isRoutePairs).exactOptional(),
  lines: z.custom<readonly number[]>(isIndexes).exactOptional(),
});

/** First line of a record of format 2: a table of frames follows, and the frames. */
const framesHeader = z.object({
  tidepost: z.literal(2),
  customer_id: z.string().min(1),
  /** Length of the table as it stands in the record. */
  table: z.int().positive(),
});

/** Routes of the lines behind a header. */
export interface LineRoutes {
  readonly distinct: readonly EventRoute[];
  /** For each line, in order, an index into the distinct ones, which may not have it. */
  readonly ofLines: readonly number[];
}

/** What the header line of format 2 says. */
export interface FramesHeader {
  readonly kind: "frames";
  readonly customerId: string;
  /** The table and the frames. */
  readonly rest: Buffer;
  readonly tableBytes: number;
}

export type HeaderReading =
  | { readonly kind: "none" }
  | {
      readonly kind: "lines";
      readonly customerId: string;
      readonly rest: Buffer;
      /** Absent when the events must be parsed. */
      readonly routes: LineRoutes | undefined;
    }
  | FramesHeader
  /** Of a later version of this code, which can read it. */
  | { readonly kind: "newer" }
  | { readonly kind: "damaged" };

const newestFormat = 2;
const prefix = /^\{"tidepost":(?:\s*(?<format>\d{1,9})\s*[,}])?/;
const prefixBytes = 32;
const newline = 0x0a;

/** Writes the header line of format 1, newline included. */
export const writeLinesHeader = (customerId: string): Buffer =>
  Buffer.from(`${JSON.stringify({ tidepost: 1, customer_id: customerId })}\n`);

/** Writes the header line of format 2, newline included. */
export const writeFramesHeader = (customerId: string, tableBytes: number): Buffer =>
  Buffer.from(`${JSON.stringify({ tidepost: 2, customer_id: customerId, table: tableBytes })}\n`);

/** Reads the header line, if the data begin with one. */
export const readRecordHeader = (data: Buffer): HeaderReading => {
  const found = prefix.exec(data.toString("latin1", 0, prefixBytes));
  if (found === null) return { kind: "none" };
  const format = Number(found.groups?.["format"] ?? 1);
  if (format > newestFormat) return { kind: "newer" };
  const end = data.indexOf(newline);
  if (end === -1) return { kind: "damaged" };
  const line = jsonOf(data.toString("utf8", 0, end));
  const rest = data.subarray(end + 1);
  return format === 2 ? readFramesHeader(line, rest) : readLinesHeader(line, rest);
};

const readLinesHeader = (line: unknown, rest: Buffer): HeaderReading => {
  const header = linesHeader.safeParse(line);
  if (!header.success) return { kind: "damaged" };
  const { customer_id: customerId, routes: pairs, lines: ofLines } = header.data;
  const distinct = pairs?.map(routeOf);
  return { kind: "lines", customerId, rest, routes: distinct && ofLines && { distinct, ofLines } };
};

const readFramesHeader = (line: unknown, rest: Buffer): HeaderReading => {
  const header = framesHeader.safeParse(line);
  if (!header.success) return { kind: "damaged" };
  return { kind: "frames", customerId: header.data.customer_id, rest, tableBytes: header.data.table };
};
