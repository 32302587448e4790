import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { QuarantineStore } from "#shared/stores.ts";
import type { BucketOptions } from "./bucket.ts";

/**
 * Puts data aside as `quarantine/<day>/<shard>-<sequence number>[-<batch id>].json`, one object a record or batch: where it came
 * from, and each piece with its problem, its customer if the record's header named one, and its bytes in base64. Doing it again writes the same object.
 */
export const quarantine = ({ client, bucketName }: BucketOptions): QuarantineStore => ({
  put: async (record) => {
    const { shard, sequenceNumber, partitionKey, arrivedAt, batch, pieces } = record;
    const suffix = batch === undefined ? "" : `-${batch.batchId}`;
    const day = arrivedAt.slice(0, 10);
    await client.send(
      new PutObjectCommand({
        Bucket: bucketName,
        Key: `quarantine/${day}/${shard}-${sequenceNumber}${suffix}.json`,
        ContentType: "application/json",
        Body: JSON.stringify({
          shard,
          sequenceNumber,
          partitionKey,
          arrivedAt,
          ...batch,
          pieces: pieces.map(({ bytes, customerId, problem }) => ({
            problem,
            customerId,
            data: bytes.toString("base64"),
          })),
        }),
      }),
    );
  },
});
