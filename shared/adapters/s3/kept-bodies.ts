import { keepBodyTimeoutMs } from "#shared/contract/limits.ts";
import type { KeptBodyStore } from "#shared/delivery/kept-body.ts";
import { bodySuffixes, hasObject, putBody } from "./body-objects.ts";
import type { BucketOptions } from "./bucket.ts";

type KeptBatch = Parameters<KeptBodyStore["placeOf"]>[0];

/** The bucket's lifecycle removes objects by their days, which it knows by the prefix alone. */
const keyOf = ({ webhookId, batchId, kept }: KeptBatch): string =>
  `kept/${kept.days}/${webhookId}/${batchId}${bodySuffixes[kept.encoding]}`;

/** Bodies of delivered batches, as they were stored or in zstd: `kept/<days>/<webhook>/<batch>`. */
export const keptBodies = (bucket: BucketOptions): KeptBodyStore => ({
  put: async ({ bytes, ...batch }) => {
    const { encoding } = batch.kept;
    await putBody(bucket, keyOf(batch), { encoding, bytes }, AbortSignal.timeout(keepBodyTimeoutMs));
  },
  has: async (batch) => await hasObject(bucket, keyOf(batch)),
  placeOf: (batch) => ({ kind: "stored", key: keyOf(batch) }),
});
