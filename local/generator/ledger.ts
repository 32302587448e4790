import { blockEvents, idPrefix, idPrefixLength, blockSeed, type EventRange } from "./event-source.ts";

/** Latencies, kept in slots that are two per cent wide. */
export interface Latencies {
  readonly add: (ms: number) => void;
  /** What a share, from 0 to 1, of the latencies does not exceed; undefined without any. */
  readonly percentile: (share: number) => number | undefined;
}

const growth = Math.log(1.02);

/** Collects latencies; what is below a millisecond counts as one. */
export const createLatencies = (): Latencies => {
  const slots: number[] = [];
  let total = 0;
  return {
    add: (ms) => {
      const slot = Math.ceil(Math.log(Math.max(1, ms)) / growth);
      slots[slot] = (slots[slot] ?? 0) + 1;
      total += 1;
    },
    percentile: (share) => {
      if (total === 0) return undefined;
      let below = 0;
      // Slots without latencies are holes, which `entries` yields as undefined.
      for (const [slot, count] of slots.entries() as IterableIterator<[number, number | undefined]>) {
        below += count ?? 0;
        if (below >= share * total && below > 0) return Math.round(Math.exp(slot * growth));
      }
      return undefined;
    },
  };
};

/** What has become of a generator's events. */
export interface Account {
  readonly sent: number;
  /** Acknowledged by the ingest route. */
  readonly accepted: number;
  /** Turned down by the ingest route. */
  readonly refused: number;
  /** Sent without ever getting an answer: they may or may not be on the stream. */
  readonly unanswered: number;
  /** Different events that the sink has kept. */
  readonly delivered: number;
  /** Arrivals of events that the sink had. */
  readonly duplicates: number;
  /** Accepted, and not at the sink. */
  readonly missing: number;
  /** From sending to the sink. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number } | undefined;
}

/** Follows each event of a generator from sending to the sink. */
export interface Ledger {
  readonly sent: (ranges: readonly EventRange[], at: number) => void;
  /** @param refusedLines positions in the request, from 1, of those events that were turned down */
  readonly answered: (ranges: readonly EventRange[], refusedLines: ReadonlySet<number> | "all") => void;
  readonly unanswered: (ranges: readonly EventRange[]) => void;
  /** Notes what a sink has kept; ids that are not of this generator are ignored. */
  readonly arrived: (eventIds: readonly string[], at: number) => void;
  readonly account: () => Account;
}

interface Block {
  /** When each event was sent, Unix milliseconds; 0 when it was not. Given up when all are delivered. */
  sentAt: Float64Array;
  readonly marks: Uint8Array;
  delivered: number;
}

const none = new Float64Array();
const accepted = 1;
const delivered = 2;

/** Opens the ledger of a generator with this seed. */
export const createLedger = (seed: number): Ledger => {
  const blocks: Block[] = [];
  const numbers = new Map<string, number>();
  const latencies = createLatencies();
  const totals = { sent: 0, accepted: 0, refused: 0, unanswered: 0, delivered: 0, duplicates: 0, missing: 0 };

  const blockAt = (number: number): Block => {
    for (let next = blocks.length; next <= number; next += 1) {
      blocks.push({ sentAt: new Float64Array(blockEvents), marks: new Uint8Array(blockEvents), delivered: 0 });
      numbers.set(idPrefix(blockSeed(seed, next)), next);
    }
    const block = blocks[number];
    if (block === undefined) throw new Error(`There is no block ${number}`);
    return block;
  };

  const eachOf = (ranges: readonly EventRange[], work: (block: Block, index: number, line: number) => void): void => {
    let line = 0;
    for (const { block: number, from, to } of ranges) {
      const block = blockAt(number);
      for (let index = from; index < to; index += 1) work(block, index, (line += 1));
    }
  };

  return {
    sent: (ranges, at) => {
      eachOf(ranges, ({ sentAt }, index) => {
        sentAt[index] = at;
        totals.sent += 1;
      });
    },
    answered: (ranges, refusedLines) => {
      eachOf(ranges, ({ marks }, index, line) => {
        if (refusedLines === "all" || refusedLines.has(line)) {
          totals.refused += 1;
          return;
        }
        const mark = marks[index] ?? 0;
        marks[index] = mark | accepted;
        totals.accepted += 1;
        // A batch can be at the sink before its events' request is answered.
        if ((mark & delivered) === 0) totals.missing += 1;
      });
    },
    unanswered: (ranges) => {
      for (const { from, to } of ranges) totals.unanswered += to - from;
    },
    arrived: (eventIds, at) => {
      for (const id of eventIds) {
        const block = blocks[numbers.get(id.slice(0, idPrefixLength)) ?? -1];
        const index = Number(id.slice(idPrefixLength));
        const mark = block?.marks[index] ?? 0;
        if ((mark & delivered) !== 0) totals.duplicates += 1;
        const sentAt = block?.sentAt[index] ?? 0;
        if (block === undefined || sentAt === 0 || (mark & delivered) !== 0) continue;
        block.marks[index] = mark | delivered;
        block.delivered += 1;
        totals.delivered += 1;
        if ((mark & accepted) !== 0) totals.missing -= 1;
        latencies.add(at - sentAt);
        if (block.delivered === blockEvents) block.sentAt = none;
      }
    },
    account: () => {
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => latencies.percentile(share));
      const latency = p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 };
      return { ...totals, latency };
    },
  };
};
