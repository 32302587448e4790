import type { MissingReason, SearchState, SearchWait } from "#shared/contract/words.ts";
import type { FindCriteria } from "#shared/events/find-events.ts";
import type { ContentRules, EventRules } from "#shared/webhooks/webhook.ts";
import type { ReadProgress } from "./replay.ts";
import type { BatchPosition } from "./record.ts";

/** Identifies a search. */
export interface SearchRef {
  readonly customerId: string;
  readonly searchId: string;
}

/** Looks for events on the stream. Times are ISO 8601 in UTC. */
export interface Search extends SearchRef {
  readonly state: SearchState;
  /** Inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  /** Whether it was to begin earlier than the stream keeps events. */
  readonly isFromCut: boolean;
  /** Whether it only estimates what reading takes. */
  readonly dryRun: boolean;
  /** Of a test none but the sub-account in whose name it was asked for. */
  readonly criteria: FindCriteria;
  /** Rules of a webhook: it looks for nothing, but counts what such a webhook would take. */
  readonly tested?: TestedRules;
  /** Sub-account in whose name it was asked for: its webhooks alone are looked at, and its events alone are counted. */
  readonly actsFor?: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Shards that are still to be read; absent before they are known, and when all are read. */
  readonly openShards?: ReadonlySet<string>;
}

/** Rules that are tried on the stream. */
export type TestedRules = EventRules & ContentRules;

/** What a test has counted. */
export interface TestCounts {
  /** The customer's events. */
  readonly events: number;
  /** Of these, events of the types and sub-accounts of the tested rules. */
  readonly ofTypes: number;
  /** Of these, events that the filter lets through. */
  readonly taken: number;
  /** What has been read inflates to so many bytes, opened or not: bounds what a test costs. */
  readonly inflatedBytes: number;
}

export const noCounts: TestCounts = { events: 0, ofTypes: 0, taken: 0, inflatedBytes: 0 };

/** What reading a shard for a search takes, judged by samples. */
export interface ReadEstimate {
  /** Records of the customer, and their bytes on the stream. */
  readonly records: number;
  readonly bytes: number;
  readonly readMs: number;
}

/** Where on the stream an event stands. */
export interface EventPlace {
  readonly shard: string;
  readonly sequenceNumber: string;
  /** Number, from 0, of the event or frame among what its record holds, and of the event in that frame. */
  readonly item: number;
  readonly event: number;
  /** When its record arrived, Unix milliseconds. */
  readonly arrivedAt: number;
  readonly type: string;
  readonly subaccountId?: string;
  /** The webhook that an event about webhooks is about. */
  readonly about?: string;
}

/** What became of an event at one webhook. */
export interface Whereabouts {
  readonly webhookId: string;
  /** Batches that it went in; more than one when it was sent again by a replay, or when nothing says which one it was. */
  readonly batches: readonly BatchPosition[];
  /** Whether each of them has the event. */
  readonly isExact: boolean;
  /** There may be more: too many to be named, or to be looked at. */
  readonly isCut?: true;
  /** Why there is none. */
  readonly missing?: MissingReason;
}

/** An event that was found. */
export interface Match extends EventPlace {
  /** Its fields that identify it. */
  readonly fields: Readonly<Record<string, string>>;
  /** Length of the event. */
  readonly bytes: number;
  /** The event as JSON; absent when it is too long to be kept. */
  readonly text?: string;
  /** What became of it, as far as that has been looked up. */
  readonly whereabouts?: readonly Whereabouts[];
  /** Webhooks that take it; more than there are whereabouts when they are too many. */
  readonly takers?: number;
  readonly isLookedUp?: boolean;
  /** When looking it up began, ISO 8601. */
  readonly lookedUpAt?: string;
  /** A test has found it to be one that the filter leaves out. */
  readonly isLeftOut?: true;
}

/** Which of the events that a webhook took of a window an event is, counted from 0; `unknown` when nothing says so any more. */
export type CountedNumber = number | "none" | "unknown";

/** How far a search is in one shard. */
export interface SearchProgress extends ReadProgress {
  /** Records with events of the customer, and their bytes on the stream. */
  readonly records: number;
  readonly bytes: number;
  readonly estimate?: ReadEstimate;
  /** Events that were found, and those of them whose whereabouts have not been looked up. */
  readonly found: number;
  readonly open: readonly EventPlace[];
  /** Webhooks that were looked at. */
  readonly webhooks: number;
  /** Windows in which the event that is looked up has been counted for the webhook that is looked at: none is read twice. */
  readonly counted?: readonly (readonly [window: string, number: CountedNumber])[];
  /** What a test has counted in the shard. */
  readonly counts?: TestCounts;
  /** Arrival time (ISO 8601) up to which the stream had dropped records before they could be read. */
  readonly droppedTo?: string;
  /** It is not read further, because enough was found. */
  readonly isStopped: boolean;
  /** What its next step waits for. */
  readonly waitsFor?: SearchWait;
}

/** Progress in a shard that nothing has been read from. */
export const initialSearchProgress = ({ from }: Pick<Search, "from">, shard: string): SearchProgress => ({
  shard,
  revision: 0,
  readTo: from,
  isInGap: false,
  isDone: false,
  records: 0,
  bytes: 0,
  found: 0,
  open: [],
  webhooks: 0,
  isStopped: false,
});

/** Identifies an event that was found within its search. */
export const matchIdOf = ({ shard, sequenceNumber, item, event }: EventPlace): string =>
  [shard, sequenceNumber, item, event].join("#");
