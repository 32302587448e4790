import { maxReceives, visibilityTimeoutSeconds } from "#shared/contract/limits.ts";
import { type QueueMessage, queueMessage } from "#shared/contract/chain-message.ts";

interface Entry {
  readonly id: number;
  readonly text: string;
  visibleAt: number;
  receives: number;
}

/** A message as a consumer gets it. */
export interface Received {
  readonly id: number;
  readonly message: QueueMessage;
  /** How often it has been received, this time included. */
  readonly receives: number;
}

/** An SQS queue on a test's own clock: delays, visibility time-out and dead letters without waiting. */
export const virtualQueue = (now: () => number) => {
  let entries: Entry[] = [];
  const deadLetters: QueueMessage[] = [];
  let ids = 0;
  const parse = (text: string): QueueMessage => queueMessage.parse(JSON.parse(text));

  return {
    deadLetters: deadLetters as readonly QueueMessage[],
    send: (message: QueueMessage, delaySeconds = 0): Promise<void> => {
      ids += 1;
      entries.push({ id: ids, text: JSON.stringify(message), visibleAt: now() + delaySeconds * 1_000, receives: 0 });
      return Promise.resolve();
    },
    /** What has not been acknowledged. */
    all: (): readonly QueueMessage[] => entries.map(({ text }) => parse(text)),
    /** When the next message shows; undefined when the queue is empty. */
    nextAt: (): number | undefined =>
      entries.length === 0 ? undefined : Math.min(...entries.map(({ visibleAt }) => visibleAt)),
    /** Takes up to ten messages, which stay hidden until they are acknowledged or the visibility time-out ends. */
    receive: (): readonly Received[] => {
      const shown = entries.filter(({ visibleAt }) => visibleAt <= now()).slice(0, 10);
      for (const entry of shown) {
        entry.receives += 1;
        entry.visibleAt = now() + visibilityTimeoutSeconds * 1_000;
      }
      const dead = new Set(shown.filter(({ receives }) => receives > maxReceives));
      for (const { text } of dead) deadLetters.push(parse(text));
      entries = entries.filter((entry) => !dead.has(entry));
      return shown
        .filter((entry) => !dead.has(entry))
        .map(({ id, text, receives }) => ({ id, message: parse(text), receives }));
    },
    /** Hides a message that was received for so many seconds from now. */
    hide: (id: number, seconds: number): void => {
      const entry = entries.find((candidate) => candidate.id === id);
      if (entry !== undefined) entry.visibleAt = now() + seconds * 1_000;
    },
    acknowledge: (received: readonly number[]): void => {
      const gone = new Set(received);
      entries = entries.filter(({ id }) => !gone.has(id));
    },
  };
};
