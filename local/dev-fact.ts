import type { SinkMode } from "./sink/mode.ts";

/** An attempt to deliver a batch. Optional: what is not known, or does not apply. */
export interface AttemptFact {
  readonly event: "attempt";
  readonly batchId: string;
  readonly webhookId: string;
  readonly events: number;
  readonly eventTypes?: Readonly<Record<string, number>> | undefined;
  readonly closedBy?: string | undefined;
  /** From the first event's arrival on the stream until the batch was closed. */
  readonly windowMs?: number | undefined;
  readonly replayId?: string | undefined;
  readonly attempt: number;
  readonly outcome: "delivered" | "failed";
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  readonly latencyMs: number;
  readonly nextAttemptAt?: string | undefined;
  readonly expiresAt?: string | undefined;
  /** From the first failed attempt to this delivery. */
  readonly recoveredAfterMs?: number | undefined;
  /** The sink had this batch already. */
  readonly isDuplicate?: boolean | undefined;
}

/** A batch waits without an attempt. */
export interface ParkedFact {
  readonly event: "parked";
  readonly batchId: string;
  readonly events: number;
  readonly until: string;
  /** Whether it was parked already, and has only been looked at. */
  readonly isAgain: boolean;
  /** Batches that are parked now, this one included. */
  readonly batches: number;
}

/** What is told at the end. */
export interface TotalsFact {
  readonly event: "totals";
  readonly eventsIn: number;
  readonly batches: number;
  /** Events that have reached the target, those of replays aside. */
  readonly delivered: number;
  /** Attempts that failed and were followed by another one. */
  readonly retried: number;
  /** Events of batches that expired. */
  readonly expired: number;
  /** Batches that the sink got although it had them; absent without a sink. */
  readonly duplicates?: number | undefined;
  /** Events of batches that still wait for an attempt. */
  readonly waiting: number;
  /** Events that arrived while no webhook wanted them. */
  readonly unrouted: number;
  /** Events of unknown fate when the system stopped before all was done: in a message that comes again later. */
  readonly onTheWay?: number | undefined;
  /** Absent when a replay without a sink, or an early end, has made them hard to tell. */
  readonly lost?: number | undefined;
}

/** Something that `npm run dev` tells. */
export type DevFact =
  | { readonly event: "title"; readonly version: string }
  | { readonly event: "step"; readonly name: string; readonly text: string; readonly tookMs?: number | undefined }
  | { readonly event: "ready"; readonly apiUrl: string; readonly key: string }
  | { readonly event: "clocks"; readonly windowSeconds: number; readonly retryScale: number }
  | AttemptFact
  | { readonly event: "expired"; readonly batchId: string; readonly events: number }
  | ParkedFact
  | { readonly event: "split"; readonly batchId: string; readonly events: number; readonly into: readonly string[] }
  | { readonly event: "breaker"; readonly webhookId: string; readonly from: string; readonly to: string }
  | { readonly event: "first_batch"; readonly afterMs: number }
  | { readonly event: "sink_mode"; readonly mode: SinkMode["mode"]; readonly does: string }
  | { readonly event: "generator"; readonly rate: number; readonly isPaused: boolean }
  | { readonly event: "function_log"; readonly functionName: string; readonly text: string }
  | { readonly event: "help"; readonly lines: readonly string[] }
  | { readonly event: "note"; readonly text: string }
  | { readonly event: "problem"; readonly text: string }
  | TotalsFact;
