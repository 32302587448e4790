import { maxCustomerPolls, maxPolls, maxPollWaitSeconds, pollReadEveryMs } from "#shared/contract/limits.ts";
import { errors, type RequestError } from "#shared/errors.ts";
import type { PollSlotStore } from "#shared/stream.ts";

export interface SlotDeps {
  readonly slots: PollSlotStore;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly newId: () => string;
}

/** A poll that dies leaves its slot taken for so long: the function's time-out. */
const heldMs = (maxPollWaitSeconds + 9) * 1_000;
/** Longest wait for a slot that rests. */
const maxRestMs = 2 * pollReadEveryMs;

/**
 * Runs a poll in one of the slots that all customers share; 429 when there is none. Behind a poll its slot rests until it
 * would have read the stream again: a slot never reads a shard more often than that, however short its polls are.
 */
export const inSlot = async <Answer>(
  deps: SlotDeps,
  customerId: string,
  poll: () => Promise<Answer>,
): Promise<Answer> => {
  const holder = deps.newId();
  const slot = await takeSlot(deps, { customerId, holder });
  try {
    return await poll();
  } finally {
    await deps.slots.release({ slot, holder, until: deps.now() + pollReadEveryMs });
  }
};

const takeSlot = async (
  { slots, now, pause }: SlotDeps,
  { customerId, holder }: { readonly customerId: string; readonly holder: string },
): Promise<number> => {
  const deadline = now() + maxRestMs;
  for (;;) {
    const at = now();
    const busy = (await slots.list()).filter(({ until }) => until > at);
    const own = busy.filter((slot) => slot.customerId === customerId);
    const isOwnLimit = own.length >= maxCustomerPolls;
    const taken = new Set(busy.map(({ slot }) => slot));
    const free = isOwnLimit
      ? []
      : Array.from({ length: maxPolls }, (_, slot) => slot).filter((slot) => !taken.has(slot));
    for (const slot of free) {
      if (await slots.take({ slot, holder, customerId, now: at, until: at + heldMs })) return slot;
    }
    const resting = (isOwnLimit ? own : busy).filter(({ isHeld }) => !isHeld).map(({ until }) => until);
    const next = free.length > 0 ? at : Math.min(...resting);
    if (next > deadline || at >= deadline) throw tooManyPolls(isOwnLimit);
    await pause(Math.max(next - at, 50));
  }
};

const tooManyPolls = (isOwnLimit: boolean): RequestError =>
  errors.tooManyRequests(
    "Too many polls for events",
    isOwnLimit
      ? `A customer may have ${maxCustomerPolls} under way. Wait until one of them ends.`
      : `All customers together may have ${maxPolls} under way. Try again in some seconds.`,
    { headers: { "retry-after": "5" } },
  );
