import type { BodyEncoding, BodyPlace } from "#shared/contract/delivery-message.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";

/** How the body of a delivered batch is kept: for so many days from its delivery on, and in which encoding. */
export interface Kept {
  readonly days: number;
  readonly encoding: BodyEncoding;
}

/** A batch that was delivered and whose body is kept. */
interface KeptBatch {
  readonly webhookId: string;
  readonly batchId: string;
  readonly kept: Kept;
}

/** Bodies of delivered batches whose webhooks keep them for some days. */
export interface KeptBodyStore {
  /** Stores a body, unless it is there: it goes by itself once its days are over. */
  readonly put: (batch: KeptBatch & { readonly bytes: Buffer }) => Promise<void>;
  /** Whether it is there. */
  readonly has: (batch: KeptBatch) => Promise<boolean>;
  /** Where it is: `BodyStore.load` reads it there. */
  readonly placeOf: (batch: KeptBatch) => BodyPlace;
}

const dayMs = 24 * 60 * 60 * 1_000;

/** Days for which bodies that are delivered now are kept; 0: they are not. */
export const keepDaysOf = (webhook: Pick<Webhook, "keepBodiesDays"> | undefined, maxDays: number): number =>
  Math.min(webhook?.keepBodiesDays ?? 0, maxDays);

/** When (Unix milliseconds) a kept body is past its days. */
export const endOfKept = ({ kept, endedAt }: { readonly kept: Pick<Kept, "days">; readonly endedAt: string }): number =>
  Date.parse(endedAt) + kept.days * dayMs;

/**
 * Until when (Unix milliseconds) the body of a delivered batch can be read; undefined when it cannot be. The object may stay for
 * longer: what counts are the webhook's and the operator's present days, and not what an earlier webhook of the same id kept.
 */
export const readableUntil = (
  { kept, endedAt }: { readonly kept?: Kept; readonly endedAt?: string },
  {
    webhook,
    maxDays,
    now,
  }: {
    readonly webhook: Pick<Webhook, "keepBodiesDays" | "createdAt">;
    readonly maxDays: number;
    readonly now: number;
  },
): number | undefined => {
  if (kept === undefined || endedAt === undefined || endedAt < webhook.createdAt) return undefined;
  const days = Math.min(kept.days, keepDaysOf(webhook, maxDays));
  const until = endOfKept({ kept: { days }, endedAt });
  return now < until ? until : undefined;
};
