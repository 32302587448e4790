import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { BucketOptions } from "./bucket.ts";

const keyOf = (webhookId: string, batchId: string): string => `batches/${webhookId}/${batchId}.json.gz`;

/** Bodies of batches that are too large for a queue message, as gzip objects. */
export const batchBodies = ({ client, bucketName }: BucketOptions) => ({
  /** Stores a body and returns its key. A body that is there already stays: one batch id has one body. */
  put: async (body: {
    readonly webhookId: string;
    readonly batchId: string;
    readonly gzip: Buffer;
  }): Promise<string> => {
    const key = keyOf(body.webhookId, body.batchId);
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucketName,
          Key: key,
          Body: body.gzip,
          ContentType: "application/json",
          ContentEncoding: "gzip",
          IfNoneMatch: "*",
        }),
      );
    } catch (error) {
      if (!isPreconditionFailed(error)) throw error;
    }
    return key;
  },

  /** The gzip body, or undefined when it is gone. */
  get: async (key: string): Promise<Buffer | undefined> => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
      return Body === undefined ? undefined : Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },

  remove: async (key: string): Promise<void> => {
    await client.send(new DeleteObjectCommand({ Bucket: bucketName, Key: key }));
  },
});

const isPreconditionFailed = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
