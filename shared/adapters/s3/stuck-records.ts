import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { StuckRecordStore } from "#shared/stream.ts";
import type { BucketOptions } from "./bucket.ts";

const excused = "-excused";

/**
 * Notes on records that are worked on alone, as empty objects `begun/<shard>-<sequence number>/<n>`, and beside them
 * `<n>-excused`. The bucket's lifecycle removes them.
 */
export const stuckRecords = ({ client, bucketName }: BucketOptions): StuckRecordStore => {
  const put = async (key: string): Promise<void> => {
    await client.send(new PutObjectCommand({ Bucket: bucketName, Key: key, Body: "" }));
  };
  return {
    begin: async ({ shard, sequenceNumber }) => {
      const prefix = `begun/${shard}-${sequenceNumber}/`;
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix: prefix }));
      const isExcused = Contents.map(({ Key = "" }) => Key.endsWith(excused));
      const begun = isExcused.filter((is) => !is).length;
      const key = `${prefix}${begun + 1}`;
      await put(key);
      return { returns: begun - (isExcused.length - begun), excuse: async () => await put(`${key}${excused}`) };
    },
  };
};
