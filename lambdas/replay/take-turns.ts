import { replayTimeoutSeconds } from "#shared/contract/limits.ts";
import type { ShardTurnStore } from "#shared/stream.ts";

export interface TurnDeps {
  readonly turns: ShardTurnStore;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** How long a replay waits before it asks for a shard again. */
export const askAgainSeconds = 5;
/** A shard that is asked for is kept free for so long: more than the wait, as messages may be late. */
const askedMs = 3 * askAgainSeconds * 1_000;

/**
 * Reads a shard while no other replay does; undefined when it is another one's turn. A shard gives its readers 2 MB and five
 * calls a second, of which a replay takes half of the bytes and two calls: two of them would leave `batch` too little, and
 * make live events late. Who has asked in vain comes before who has just read.
 */
export const inTurn = async <Found>(
  { turns, now }: TurnDeps,
  reader: { readonly shard: string; readonly holder: string },
  read: () => Promise<Found>,
): Promise<Found | undefined> => {
  const at = now();
  // Who dies while it reads keeps the turn until then: the function's time-out.
  const turn = { ...reader, until: at + replayTimeoutSeconds * 1_000 };
  if (!(await turns.take({ ...turn, now: at, askedUntil: at + askedMs }))) return undefined;
  try {
    return await read();
  } finally {
    await turns.giveBack(turn);
  }
};
