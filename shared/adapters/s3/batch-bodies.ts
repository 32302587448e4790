import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { BodyPlace } from "#shared/contract/delivery-message.ts";
import { inlineMessageBytes } from "#shared/contract/limits.ts";
import type { BucketOptions } from "./bucket.ts";

/** What a delivery message holds besides its inline body, generously. */
const messageOverheadBytes = 2_048;

const keyOf = (webhookId: string, batchId: string): string => `batches/${webhookId}/${batchId}.json.gz`;

/** Compressed bodies of batches: a small one travels inside its message, a large one as an object. */
export const batchBodies = ({ client, bucketName }: BucketOptions) => ({
  /** Finds a place for a body. An object that is there already stays: one batch id has one body. */
  place: async (body: {
    readonly webhookId: string;
    readonly batchId: string;
    readonly gzip: Buffer;
  }): Promise<BodyPlace> => {
    const inline = body.gzip.toString("base64");
    if (inline.length + messageOverheadBytes <= inlineMessageBytes) return { kind: "inline", gzip: inline };
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
    return { kind: "stored", key };
  },

  /** The gzip body, or undefined when it is gone. */
  load: async (place: BodyPlace): Promise<Buffer | undefined> => {
    if (place.kind === "inline") return Buffer.from(place.gzip, "base64");
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: place.key }));
      return Body === undefined ? undefined : Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  },

  /** Deletes a body; one inside a message goes with the message. */
  remove: async (place: BodyPlace): Promise<void> => {
    if (place.kind === "inline") return;
    await client.send(new DeleteObjectCommand({ Bucket: bucketName, Key: place.key }));
  },
});

const isPreconditionFailed = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
