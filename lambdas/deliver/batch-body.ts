import type { BodyPlace, DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { type DecodedBody, type EncodedBody, encodeBody } from "#shared/delivery/body.ts";
import { inlinePlace } from "#shared/delivery/inline-body.ts";
import { DependencyError } from "#shared/errors.ts";
import type { BodyStore } from "#shared/stores.ts";

/** The body of a batch that has just been cut from a chain. Most are delivered at once, and never compressed. */
export type CutBody = DecodedBody & { readonly kind: "cut" };

/** A batch of which an attempt is due: one that a queue holds, or one that has just been cut from a chain. */
export type DueBatch = Omit<DeliveryMessage, "body"> & { readonly body: BodyPlace | CutBody };

/** A batch that has just been cut from a chain. */
export type CutBatch = DueBatch & { readonly body: CutBody };

/** The body of a cut batch as it is stored. */
export const encodeCut = async ({ body }: CutBody): Promise<EncodedBody> => await encodeBody(body, "zstd");

/** The body of a batch that has not ended; only then may it be gone. */
export const loadBody = async (
  bodies: Pick<BodyStore, "load">,
  { body }: Pick<DueBatch, "body">,
): Promise<EncodedBody | DecodedBody> => (body.kind === "cut" ? body : await loadStored(bodies, body));

/** The body of a batch or chain that has not ended. */
export const loadStored = async (bodies: Pick<BodyStore, "load">, place: BodyPlace): Promise<EncodedBody> => {
  const encoded = await bodies.load(place);
  if (encoded === undefined) throw new DependencyError("The body of a batch is gone before the batch has ended");
  return encoded;
};

/** A body as a message carries it; that of a cut batch may be too large for a queue. */
export const placeOf = async ({ body }: Pick<DueBatch, "body">): Promise<BodyPlace> =>
  body.kind === "cut" ? inlinePlace(await encodeCut(body)) : body;

/** Deletes what may be stored of a batch's body. */
export const removeBody = async (
  bodies: Pick<BodyStore, "remove">,
  { body, ...batch }: Pick<DueBatch, "webhookId" | "batchId" | "recovery" | "body">,
): Promise<void> => {
  // The name of an object follows from its encoding alone.
  const place = body.kind === "cut" ? ({ kind: "inline", zstd: "" } as const) : body;
  await bodies.remove({ ...batch, body: place });
};
