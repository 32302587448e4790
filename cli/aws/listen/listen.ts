import { randomUUID } from "node:crypto";
import { maxBatchBytes } from "#shared/contract/limits.ts";
import { chunkBySize } from "#shared/delivery/batch.ts";
import type { OwnedEvent } from "#shared/events/decode-record.ts";
import { eventKeyOf } from "#shared/events/catalogue/event-key.ts";
import { bytesOf } from "#shared/events/span.ts";
import { pauseBetween } from "../../terminal.ts";
import type { Feed } from "./feed.ts";
import { forward, type ForwardAttempt, type ForwardOptions } from "./forward.ts";

/** Which events count. */
export interface EventFilter {
  /** Absent: those of every customer. */
  readonly customerId?: string | undefined;
  /** Absent: every type. */
  readonly types?: readonly string[] | undefined;
}

export interface ListenOptions {
  readonly feed: Feed;
  readonly filter: EventFilter;
  /** Absent: events are only told. */
  readonly target?: ForwardOptions | undefined;
  /** How often it looks for events; each time, what has come is a batch. */
  readonly windowMs: number;
  /** Most events of a batch. */
  readonly batchSize: number;
  /** Attempts after which a batch is given up. */
  readonly maxAttempts: number;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: (text: string) => void;
  readonly onAttempt: (told: ToldAttempt) => void;
}

/** An attempt as it is told. */
export interface ToldAttempt {
  readonly batchId: string;
  readonly events: number;
  readonly types: Readonly<Record<string, number>>;
  /** From 1. */
  readonly number: number;
  readonly attempt: ForwardAttempt;
  /** When it is tried again; absent after the last attempt. */
  readonly retryInMs?: number;
}

const firstRetryMs = 1_000;
const maxRetryMs = 30_000;

/**
 * Forwards events in batches until the signal. While the receiver is down nothing more is read: events wait on the stream, not
 * in memory.
 */
export const listen = async (options: ListenOptions): Promise<void> => {
  const { batchSize, feed, filter, onEvent, signal, target, windowMs } = options;
  const takes = filterOf(filter);
  do {
    const events = (await feed.next()).filter(takes);
    if (target === undefined) {
      for (const event of events) onEvent(bytesOf(event).toString());
      continue;
    }
    const limits = { maxItems: batchSize, maxBytes: maxBatchBytes, bytesOf: spanBytes };
    for (const batch of chunkBySize(events, limits)) await deliver(options, target, batch);
  } while (!isAborted(signal) && !(await pauseBetween(windowMs, signal)));
};

const spanBytes = ({ start, end }: OwnedEvent): number => end - start + 1;
const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

const filterOf = ({ customerId, types }: EventFilter): ((event: OwnedEvent) => boolean) => {
  const wanted = types === undefined ? undefined : new Set(types);
  return (event) =>
    (customerId === undefined || event.customerId === customerId) &&
    // Servers have other words for some types.
    (wanted === undefined || wanted.has(event.type) || wanted.has(eventKeyOf(event.type) ?? ""));
};

const deliver = async (
  { maxAttempts, onAttempt, signal }: ListenOptions,
  target: ForwardOptions,
  events: readonly OwnedEvent[],
): Promise<void> => {
  const batchId = randomUUID();
  const types: Record<string, number> = {};
  for (const { type } of events) types[type] = (types[type] ?? 0) + 1;
  for (let number = 1; !isAborted(signal); number += 1) {
    const attempt = await forward(target, { batchId, events });
    const isLast = attempt.outcome === "delivered" || number >= maxAttempts;
    const retryInMs = Math.min(firstRetryMs * 2 ** (number - 1), maxRetryMs);
    const told = { batchId, events: events.length, types, number, attempt };
    onAttempt(isLast ? told : { ...told, retryInMs });
    if (isLast || (await pauseBetween(retryInMs, signal))) return;
  }
};
