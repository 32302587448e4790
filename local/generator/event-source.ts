import { blockEvents, createBlock, type EventBlock, stampLines } from "./event-block.ts";
import type { MixName } from "./mix.ts";

/** Consecutive events of one block. */
export interface EventRange {
  readonly block: number;
  readonly from: number;
  /** Behind the last one. */
  readonly to: number;
}

/** Some events, ready to be ingested. */
export interface Parcel {
  readonly ranges: readonly EventRange[];
  /** One event a line. */
  readonly ndjson: Buffer;
}

/** An endless sequence of events, the same one for the same mix and seed but for their times. */
export interface EventSource {
  /** The next events, with this time as theirs. */
  readonly take: (count: number, at: number) => Parcel;
}

/** Blocks that are generated before the first one is used again, with other ids. */
const distinctBlocks = 8;
/** Keeps the seeds of a run's blocks apart from each other, and from those of runs with neighbouring seeds. */
const seedStep = 0x9e37_79b1;

/** Seed of a run's block. */
export const blockSeed = (seed: number, block: number): number => (seed + Math.imul(block, seedStep)) >>> 0;

/** Creates a source of events. The seed is a 32-bit integer. */
export const createEventSource = (mix: MixName, seed: number): EventSource => {
  const blocks: EventBlock[] = [];
  let next = 0;
  const blockOf = (block: number): EventBlock => {
    const kept = blocks[block % distinctBlocks];
    if (kept !== undefined) return kept;
    const created = createBlock(mix, blockSeed(seed, block));
    blocks.push(created);
    return created;
  };
  return {
    take: (count, at) => {
      const ranges: EventRange[] = [];
      for (let left = count; left > 0;) {
        const block = Math.floor(next / blockEvents);
        const from = next % blockEvents;
        const to = Math.min(blockEvents, from + left);
        ranges.push({ block, from, to });
        next += to - from;
        left -= to - from;
      }
      const parts = ranges.map(({ block, from, to }) =>
        stampLines(blockOf(block), { from, to, seed: blockSeed(seed, block), at }),
      );
      return { ranges, ndjson: Buffer.concat(parts) };
    },
  };
};
