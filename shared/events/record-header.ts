import * as z from "zod";
import { jsonOf } from "#shared/text/json.ts";

/** What routing needs to know of an event besides its customer. */
export interface EventRoute {
  readonly type: string;
  readonly subaccountId: string | undefined;
}

const isIndexes = (value: unknown): boolean => Array.isArray(value) && value.every(Number.isInteger);

/**
 * First line of the records that the ingest API writes. Routing believes its customer, which comes from the API key,
 * and ignores what the events say about themselves. Producers that write to the stream directly need no header.
 *
 * With `routes` and `lines` a reader need not parse the events, which ingest has done: `routes` lists the distinct pairs of
 * type and sub-account, and `lines` has one index into it for each line that follows.
 */
const recordHeader = z.object({
  tidepost: z.literal(1),
  customer_id: z.string().min(1),
  routes: z.array(z.union([z.tuple([z.string()]), z.tuple([z.string(), z.string()])])).exactOptional(),
  // By hand: a schema that looks at each of 500 indexes makes as much garbage as the rest of the record.
  lines: z.custom<readonly number[]>(isIndexes).exactOptional(),
});

/** Routes of the lines behind a header. */
export interface LineRoutes {
  readonly distinct: readonly EventRoute[];
  /** For each line, in order, an index into the distinct ones, which may not have it. */
  readonly ofLines: readonly number[];
}

const prefix = Buffer.from('{"tidepost":');

export type HeaderReading =
  | { readonly kind: "none" }
  | {
      readonly kind: "header";
      readonly customerId: string;
      readonly rest: Buffer;
      /** Absent when the events must be parsed. */
      readonly routes: LineRoutes | undefined;
    }
  | { readonly kind: "unknown" };

/** Writes the header line, newline included. `routes` are those of the lines that follow, one a line. */
export const writeRecordHeader = (customerId: string, routes?: readonly EventRoute[]): Buffer => {
  const header = { tidepost: 1, customer_id: customerId, ...(routes === undefined ? {} : indexRoutes(routes)) };
  return Buffer.from(`${JSON.stringify(header)}\n`);
};

/** Reads the header line, if the text begins with one. A version that this code does not know is `unknown`. */
export const readRecordHeader = (text: Buffer): HeaderReading => {
  if (!text.subarray(0, prefix.length).equals(prefix)) return { kind: "none" };
  const end = text.indexOf(0x0a);
  if (end === -1) return { kind: "unknown" };
  const header = recordHeader.safeParse(jsonOf(text.subarray(0, end).toString()));
  if (!header.success) return { kind: "unknown" };
  const { customer_id: customerId, routes: pairs, lines } = header.data;
  const distinct = pairs?.map(([type, subaccountId]) => ({ type, subaccountId }));
  const routes = distinct && lines && { distinct, ofLines: lines };
  return { kind: "header", customerId, rest: text.subarray(end + 1), routes };
};

const indexRoutes = (routes: readonly EventRoute[]) => {
  const indexes = new Map<string, Map<string | undefined, number>>();
  const pairs: (readonly string[])[] = [];
  const lines = routes.map(({ type, subaccountId }) => {
    const ofType = indexes.get(type) ?? new Map<string | undefined, number>();
    const known = ofType.get(subaccountId);
    if (known !== undefined) return known;
    indexes.set(type, ofType.set(subaccountId, pairs.length));
    return pairs.push(subaccountId === undefined ? [type] : [type, subaccountId]) - 1;
  });
  return { routes: pairs, lines };
};
