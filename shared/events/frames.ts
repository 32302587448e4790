import * as z from "zod";
import { maxFrameBytes, maxTextEvents } from "#shared/contract/limits.ts";
import { jsonOf } from "#shared/text/json.ts";
import { inflate } from "./inflate.ts";
import { type FramesHeader, type RoutePair, isRoutePairs, routeOf, writeFramesHeader } from "./record-header.ts";
import { type EventRoute, type EventSpan, type RoutedEvent, joinSpans } from "./span.ts";
import { compress, frameLength, readFrameHead } from "./zstd.ts";

/**
 * Events of one customer that travel together: as they came, joined by commas, so that frames one behind another are the
 * inside of a JSON array. Routing needs to know of a frame what stands here, and none of its bytes.
 */
export interface Frame {
  /** Number of events. */
  readonly events: number;
  /** Length of the text: of the events and the commas between them. */
  readonly bytes: number;
  /** The text as one zstd frame of its own. */
  readonly data: Buffer;
  /** What the events are to routing, each once. Empty in the body of a batch, which has been routed. */
  readonly routes: readonly EventRoute[];
  /** For each event, a character whose code less that of `0` is an index into the routes; absent when there are fewer than two. */
  readonly index?: string;
}

/** Frames of one customer that were read together. */
interface Frames {
  readonly kind: "frames";
  readonly frames: readonly Frame[];
  /** What the frames and their table inflate to. */
  readonly inflatedBytes: number;
}

export type FramesReading = Frames | { readonly kind: "damaged"; readonly problem: string };

/** Frames stand one behind another, as long as the table says and in its order. */
const framesTable = z.array(
  z.object({
    events: z.int().positive(),
    /** Length of the text. */
    bytes: z.int().positive(),
    /** Length of the zstd frame. */
    length: z.int().positive(),
    // By hand: a schema that looks at each pair makes more garbage than all else that is done with a record.
    routes: z.custom<readonly RoutePair[]>(isRoutePairs).exactOptional(),
    index: z.string().exactOptional(),
  }),
);
type TableRow = z.output<typeof framesTable>[number];

/** What a table may say. */
export interface FrameLimits {
  /** Longest text of a frame. */
  readonly frameBytes: number;
  /** Most events in all frames. */
  readonly events: number;
  /** Longest table: routes are parts of events, and so no longer than the text of a record. */
  readonly tableBytes: number;
}

const recordLimits: FrameLimits = {
  frameBytes: maxFrameBytes,
  events: maxTextEvents,
  tableBytes: 2 * 1024 * 1024,
};
/** A shorter table is not worth a call of the compressor. */
const minCompressedBytes = 512;
const firstIndex = "0".charCodeAt(0);

/** Writes a record, or the body of a batch: the header line, the table and the frames. */
export const writeFrames = (customerId: string, frames: readonly Frame[]): Buffer => {
  const rows = frames.map(({ events, bytes, data, routes, index }) => ({
    events,
    bytes,
    length: data.length,
    ...(routes.length === 0 ? {} : { routes: routes.map(pairOf) }),
    ...(index === undefined ? {} : { index }),
  }));
  const text = Buffer.from(JSON.stringify(rows));
  const table = text.length < minCompressedBytes ? text : compress(text);
  return Buffer.concat([writeFramesHeader(customerId, table.length), table, ...frames.map(({ data }) => data)]);
};

const pairOf = ({ type, subaccountId }: EventRoute): RoutePair =>
  subaccountId === undefined ? [type] : [type, subaccountId];

/**
 * Reads what {@link writeFrames} has written, without opening a frame. Whatever the table says is checked against limits,
 * sums, and what each zstd frame says of itself.
 *
 * @param limits those of a record unless given
 */
export const readFrames = ({ rest, tableBytes }: FramesHeader, limits = recordLimits): FramesReading => {
  if (tableBytes > rest.length) return damaged("shorter than its header says");
  const table = inflate(rest.subarray(0, tableBytes), limits.tableBytes);
  if (table.kind === "too_large") return damaged(`a table of more than ${limits.tableBytes} bytes`);
  if (table.kind === "corrupt") return damaged(`table not decompressible: ${table.problem}`);
  const rows = framesTable.safeParse(jsonOf(table.text.toString()));
  if (!rows.success) return damaged(`not a table of frames: ${firstProblem(rows.error)}`);
  const frames: Frame[] = [];
  let at = tableBytes;
  let events = 0;
  let inflatedBytes = table.text.length;
  for (const [place, row] of rows.data.entries()) {
    const frame = rest.subarray(at, at + row.length);
    const problem = row.bytes > limits.frameBytes ? `more than ${limits.frameBytes} bytes` : problemOf(row, frame);
    if (problem !== undefined) return damaged(`frame ${place + 1}: ${problem}`);
    frames.push(toFrame(row, frame));
    at += row.length;
    events += row.events;
    inflatedBytes += row.bytes;
    if (events > limits.events) return damaged(`more than ${limits.events} events`);
  }
  if (at !== rest.length) return damaged(`${rest.length - at} bytes behind the last frame`);
  return { kind: "frames", frames, inflatedBytes };
};

const firstProblem = ({ issues: [issue] }: z.ZodError): string => `${issue?.path.join(".")}: ${issue?.message}`;

const damaged = (problem: string): FramesReading => ({ kind: "damaged", problem });

const toFrame = ({ events, bytes, routes = [], index }: TableRow, data: Buffer): Frame => ({
  events,
  bytes,
  data,
  routes: routes.map(routeOf),
  ...(index === undefined ? {} : { index }),
});

const problemOf = ({ events, bytes, length, routes = [], index }: TableRow, data: Buffer): string | undefined => {
  if (data.length < length) return "shorter than its length says";
  if (events > bytes) return `${events} events in ${bytes} bytes`;
  if (readFrameHead(data)?.contentBytes !== bytes) return `not a zstd frame of ${bytes} bytes`;
  if (frameLength(data) !== length) return `not a zstd frame ${length} bytes long`;
  if (index === undefined) return routes.length > 1 ? "no index of its routes" : undefined;
  if (routes.length < 2 || index.length !== events) return "an index that does not fit its events";
  for (let at = 0; at < events; at += 1) {
    const route = index.charCodeAt(at) - firstIndex;
    if (route < 0 || route >= routes.length) return "an index that does not fit its routes";
  }
  return undefined;
};

/** Which of its frame's routes an event has. */
export const routeIndexOf = ({ index }: Frame, event: number): number =>
  index === undefined ? 0 : index.charCodeAt(event) - firstIndex;

/** How many of a frame's events have each of its routes, in the order of the routes. */
export const countRoutes = ({ events, routes, index }: Frame): readonly number[] => {
  if (index === undefined) return routes.map(() => events);
  const counts = routes.map(() => 0);
  for (let at = 0; at < index.length; at += 1) {
    const route = index.charCodeAt(at) - firstIndex;
    counts[route] = (counts[route] ?? 0) + 1;
  }
  return counts;
};

/** Whether it is a frame, and not an event. */
export const isFrame = (item: Frame | EventSpan | readonly EventSpan[]): item is Frame => "data" in item;

const joined = { head: Buffer.alloc(0), separator: 0x2c, tail: Buffer.alloc(0) };

/** The text of a frame of some events. */
export const joinEvents = (events: readonly EventSpan[]): Buffer => joinSpans(events, joined);

/** A frame of events, which together must not be longer than a record's. */
export const packFrame = (events: readonly RoutedEvent[]): Frame => ({ ...frameOf(events), ...indexRoutes(events) });

/** A frame without routes, for the body of a batch. */
export const frameOf = (events: readonly EventSpan[]): Frame => {
  const text = joinEvents(events);
  return { events: events.length, bytes: text.length, data: compress(text), routes: [] };
};

/** The routes of events, each once, and which is whose. */
const indexRoutes = (events: readonly EventRoute[]): Pick<Frame, "routes" | "index"> => {
  const known = new Map<string, Map<string | undefined, number>>();
  const routes: EventRoute[] = [];
  let index = "";
  for (const { type, subaccountId } of events) {
    const ofType = known.get(type) ?? new Map<string | undefined, number>();
    const at = ofType.get(subaccountId) ?? routes.push({ type, subaccountId }) - 1;
    known.set(type, ofType.set(subaccountId, at));
    index += String.fromCharCode(firstIndex + at);
  }
  return routes.length < 2 ? { routes } : { routes, index };
};
