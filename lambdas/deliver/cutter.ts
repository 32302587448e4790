import type { ChainMessage } from "#shared/contract/chain-message.ts";
import { batchIdOf, chainIdOf, closingReason, typesOf } from "#shared/delivery/batch.ts";
import { type EncodedBody, arrayOf, framesOf } from "#shared/delivery/body.ts";
import { type BatchEvent, type Part, cutParts, itemsFrom, measure } from "#shared/delivery/cut.ts";
import { type EventTypeCounts, countEventTypes, stretchOf } from "#shared/delivery/message.ts";
import type { BatchRef } from "#shared/delivery/record.ts";
import { type Undecodable, frameAside } from "#shared/events/decode-record.ts";
import type { Frame } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import { type AttemptDeps, putAside } from "./attempt.ts";
import type { CutBatch } from "./batch-body.ts";

/** Cuts the batches of a chain out of its body. A frame is opened when a batch begins or ends within it. */
export interface Cutter {
  readonly partsFrom: (from: number) => Iterable<Part>;
  readonly refOf: (part: Part) => BatchRef;
  /**
   * A batch, before its first attempt.
   *
   * @param facts.firstAttemptAt start of its retry window, if that has begun (Unix milliseconds)
   */
  readonly batchOf: (
    part: Part,
    facts: { readonly settingsRevision: number; readonly firstAttemptAt: number | undefined },
  ) => CutBatch;
  /** What there is from an event on. */
  readonly sumFrom: (from: number) => {
    readonly events: number;
    readonly bytes: number;
    readonly eventTypes: EventTypeCounts;
  };
  /** Puts the frames aside that were found damaged since the last call: their events are in no batch. */
  readonly putDamagedAside: () => Promise<void>;
}

/** A frame that holds more than one batch is asked for again by each of them. */
const keptFrames = 2;

/** Reads the body of a chain. Throws when it is none. */
export const createCutter = (
  deps: Pick<AttemptDeps, "quarantine" | "telemetry">,
  chain: ChainMessage,
  { bytes: encodedChain }: EncodedBody,
): Cutter => {
  const { frames, customerId } = framesOf(encodedChain);
  const { webhookId, createdAt, closedAt, batchSize } = chain;
  const opened = new Map<Frame, readonly BatchEvent[]>();
  const asides: { readonly frame: Frame; readonly piece: Undecodable }[] = [];
  const open = (frame: Frame): readonly BatchEvent[] => {
    const known = opened.get(frame);
    if (known !== undefined) return known;
    const reading = openFrame(frame);
    if (reading.kind === "damaged")
      asides.push({ frame, piece: frameAside({ ...frame, customerId }, reading.problem) });
    const events = reading.kind === "events" ? reading.events : [];
    const [oldest] = opened.keys();
    if (opened.size === keptFrames && oldest !== undefined) opened.delete(oldest);
    opened.set(frame, events);
    return events;
  };
  const refOf = (part: Part): BatchRef => ({ webhookId, createdAt, batchId: batchIdOf(chain, part) });

  return {
    partsFrom: (from) => cutParts({ items: frames, sizes: chain, from, open }),

    refOf,

    batchOf: (part, { settingsRevision, firstAttemptAt }) => {
      const { events, bytes, items } = part;
      const closedBy = closingReason(part, { batchSize, end: chain.events });
      const eventTypes = countEventTypes(typesOf(items));
      return {
        version: 1,
        ...refOf(part),
        customerId,
        settingsRevision,
        events,
        bytes,
        body: { kind: "cut", ...arrayOf(customerId, items) },
        attempt: 1,
        stretch: stretchOf(chain, part),
        formation: { closedBy, closedAt, batchSize, eventTypes },
        ...(firstAttemptAt === undefined ? {} : { firstAttemptAt }),
      };
    },

    sumFrom: (from) => {
      const items = itemsFrom(frames, from, open);
      return { ...measure(items), eventTypes: countEventTypes(typesOf(items)) };
    },

    putDamagedAside: async () => {
      for (const { frame, piece } of asides.splice(0)) {
        const first = frames.slice(0, frames.indexOf(frame)).reduce((sum, { events }) => sum + events, 0);
        await putAside(deps, { ...chain, batchId: chainIdOf(chain, first) }, [piece]);
      }
    },
  };
};
