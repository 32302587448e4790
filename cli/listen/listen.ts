import { cutBatches } from "#shared/delivery/batch.ts";
import { isFrame } from "#shared/events/frames.ts";
import { type EventSpan, bytesOf } from "#shared/events/span.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import { pauseBetween } from "../terminal.ts";
import type { Feed } from "./feed.ts";
import { forward, type ForwardAttempt, type ForwardOptions } from "./forward.ts";

export interface ListenOptions {
  readonly feed: Feed;
  /** Whose batches are formed: a webhook, or one that there is not. */
  readonly subscription: Subscription;
  /** Absent: events are only told. */
  readonly target?: ForwardOptions | undefined;
  /** How often it looks for events. */
  readonly windowMs: number;
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
  const { feed, onEvent, signal, subscription, target, windowMs } = options;
  do {
    for (const { window, events } of await feed.next()) {
      if (target === undefined) {
        for (const event of events) onEvent(bytesOf(event).toString());
        continue;
      }
      // A feed gives events, never closed frames.
      for (const { batchId, items } of cutBatches({ subscription, window, items: events, open: () => [] })) {
        await deliver(options, target, { batchId, events: items.flatMap((item) => (isFrame(item) ? [] : [item])) });
      }
    }
  } while (!isAborted(signal) && !(await pauseBetween(windowMs, signal)));
};

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

interface FormedBatch {
  readonly batchId: string;
  readonly events: readonly (EventSpan & { readonly type: string })[];
}

const deliver = async (
  { maxAttempts, onAttempt, signal }: ListenOptions,
  target: ForwardOptions,
  { batchId, events }: FormedBatch,
): Promise<void> => {
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
