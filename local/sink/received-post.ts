import type { IncomingHttpHeaders } from "node:http";
import type { BodyFacts } from "./read-body.ts";
import type { SinkMode } from "./mode.ts";

/** A POST that a sink got, and what became of it. */
export interface ReceivedPost extends BodyFacts {
  /** When the body had arrived, Unix milliseconds. */
  readonly at: number;
  readonly batchId: string | undefined;
  /** The replay that the batch belongs to. */
  readonly replayId: string | undefined;
  /** How often this batch has come, this time included. */
  readonly attempt: number;
  /** A batch that the sink has kept before. */
  readonly isDuplicate: boolean;
  /** Whether the sink has this batch now: it answered 2xx while the sender was there, or it was told to keep it. */
  readonly isKept: boolean;
  /** Bytes as sent. */
  readonly bytes: number;
  readonly headers: IncomingHttpHeaders;
  readonly mode: SinkMode["mode"];
  readonly result: SinkResult;
}

/** How a POST ended: with an answer, a reset, or by the sender going away first. */
export type SinkResult =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "reset" }
  | { readonly kind: "sender_left"; readonly afterMs: number };
