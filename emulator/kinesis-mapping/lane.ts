import type { InvocationResult } from "../functions/environment.ts";
import { pause } from "../mapping.ts";
import {
  type FailurePolicy,
  type Piece,
  afterInvocation,
  expiredCount,
  retryDelayMs,
  readOutcome,
} from "./after-invocation.ts";
import type { DiscardedRecords } from "./on-failure.ts";
import type { StreamRecord } from "../services/kinesis-service.ts";
import { type WindowRecord, kinesisEvent } from "./record.ts";
import { type WindowLimits, decideWindow, fetchLimit } from "./window.ts";

export interface LaneSettings extends WindowLimits, FailurePolicy {
  readonly maxAgeSeconds: number;
  readonly reportsFailures: boolean;
}

interface LaneOptions {
  readonly settings: LaneSettings;
  /** Reads the next records, at most `limit`; none when there are none at the moment. */
  readonly read: (limit: number) => Promise<readonly StreamRecord[]>;
  readonly toWindowRecord: (record: StreamRecord) => WindowRecord;
  readonly invoke: (event: string) => Promise<InvocationResult>;
  readonly discard: (records: DiscardedRecords) => Promise<void>;
  readonly saveCheckpoint: (sequenceNumber: string) => void;
  readonly logError: (message: string, error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Pause between two looks at a shard that had nothing new. */
const pollMs = 100;
/** Pause after an emulator did not answer. */
const errorPauseMs = 500;

/** Runs a shard's lane until the signal: gathers a window, sees its invocations through, opens the next. */
export const runLane = async (options: LaneOptions): Promise<void> => {
  const { settings, signal } = options;
  const inHand: WindowRecord[] = [];
  let meanRecordBytes: number | undefined;

  /** Repeats a step that an emulator may refuse, for as long as the lane runs. */
  const persist = async <Result>(what: string, step: () => Promise<Result>): Promise<Result | undefined> => {
    for (;;) {
      if (signal.aborted) return undefined;
      try {
        return await step();
      } catch (error) {
        if (!signal.aborted) options.logError(what, error);
        await pause(errorPauseMs, signal);
      }
    }
  };

  const fetch = async (): Promise<number> => {
    const bytesInHand = inHand.reduce((sum, { bytes }) => sum + bytes, 0);
    const limit = fetchLimit({ recordsInHand: inHand.length, bytesInHand, meanRecordBytes }, settings);
    const records = (await persist("Reading a shard failed", () => options.read(limit))) ?? [];
    const fetched = records.map(options.toWindowRecord);
    inHand.push(...fetched);
    if (fetched.length > 0) {
      meanRecordBytes = fetched.reduce((sum, { bytes }) => sum + bytes, 0) / fetched.length;
    }
    return fetched.length;
  };

  const gather = async (): Promise<readonly WindowRecord[]> => {
    let openedAt = Date.now();
    while (!signal.aborted) {
      if (inHand.length === 0) {
        if ((await fetch()) === 0) await pause(pollMs, signal);
        openedAt = Date.now();
        continue;
      }
      const recordBytes = inHand.map(({ bytes }) => bytes);
      const decision = decideWindow({ recordBytes, openedAt, now: Date.now() }, settings);
      if (decision.kind === "close") return inHand.splice(0, decision.count);
      if ((await fetch()) === 0) await pause(Math.min(pollMs, decision.forMs), signal);
    }
    return [];
  };

  const settle = async (window: readonly WindowRecord[]): Promise<void> => {
    const sequenceNumbers = window.map(({ sequenceNumber }) => sequenceNumber);
    const done = (checkpoint: number): void => {
      const last = sequenceNumbers[checkpoint - 1];
      if (last !== undefined) options.saveCheckpoint(last);
    };
    const giveUp = async (piece: Piece, facts: Omit<DiscardedRecords, "records">): Promise<boolean> => {
      const records = window.slice(piece.start, piece.end);
      const stored = await persist("Writing to the on-failure destination failed", async () => {
        await options.discard({ ...facts, records });
        return true;
      });
      if (stored === true) done(piece.end);
      return stored === true;
    };

    const pieces: Piece[] = [{ start: 0, end: window.length, failures: 0 }];
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      await pause(retryDelayMs(piece.failures), signal);
      if (signal.aborted) return;
      const arrivedAt = window.slice(piece.start, piece.end).map((record) => record.arrivedAt);
      const expired = expiredCount({ arrivedAt, now: Date.now(), maxAgeSeconds: settings.maxAgeSeconds });
      if (expired > 0) {
        const tooOld = { ...piece, end: piece.start + expired };
        const facts = { condition: "RecordAgeExceeded", invocations: piece.failures, lastResult: undefined } as const;
        if (!(await giveUp(tooOld, facts))) return;
        piece = { ...piece, start: tooOld.end };
        if (piece.start === piece.end) continue;
      }
      const result = await options.invoke(kinesisEvent(window.slice(piece.start, piece.end)));
      const { reportsFailures } = settings;
      const next = afterInvocation(piece, readOutcome({ result, piece, sequenceNumbers, reportsFailures }), settings);
      if (next.discarded === undefined) {
        done(next.checkpoint);
      } else {
        // The records before the discarded ones succeeded, whatever becomes of the rest.
        done(next.discarded.start);
        const { failures } = next.discarded;
        const facts = { condition: "RetryAttemptsExhausted", invocations: failures, lastResult: result } as const;
        if (!(await giveUp(next.discarded, facts))) return;
      }
      pieces.unshift(...next.remaining);
    }
  };

  while (!signal.aborted) await settle(await gather());
};
