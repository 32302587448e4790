import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { BodyPlace } from "#shared/contract/delivery-message.ts";
import { inlineMessageBytes } from "#shared/contract/limits.ts";
import type { BucketOptions } from "./bucket.ts";

/** What a delivery message holds besides its inline body, generously. */
const messageOverheadBytes = 2_048;

interface BatchIds {
  readonly webhookId: string;
  readonly batchId: string;
}

interface Body extends BatchIds {
  readonly gzip: Buffer;
}

const batchBodyKey = ({ webhookId, batchId }: BatchIds): string => `batches/${webhookId}/${batchId}.json.gz`;

/** Compressed bodies of batches: a small one travels inside its message, a large one as an object. */
export const batchBodies = ({ client, bucketName }: BucketOptions) => {
  /** An object that is there already stays: one batch id has one body. */
  const store = async (body: Body): Promise<BodyPlace> => {
    const key = batchBodyKey(body);
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
  };

  return {
    /** Finds a place for a body. */
    place: async (body: Body): Promise<BodyPlace> => {
      const inline = body.gzip.toString("base64");
      const isSmall = inline.length + messageOverheadBytes <= inlineMessageBytes;
      return isSmall ? { kind: "inline", gzip: inline } : await store(body);
    },

    /** Takes a body out of its message, so that others than the message's receiver can read it. */
    keep: async ({ body, ...batch }: BatchIds & { readonly body: BodyPlace }): Promise<BodyPlace> =>
      body.kind === "stored" ? body : await store({ ...batch, gzip: Buffer.from(body.gzip, "base64") }),

    /** Where the body of a batch is while it waits. */
    placeOf: (batch: BatchIds): BodyPlace => ({ kind: "stored", key: batchBodyKey(batch) }),

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

    /** Whether a body is there. */
    exists: async (place: BodyPlace): Promise<boolean> => {
      if (place.kind === "inline") return true;
      try {
        await client.send(new HeadObjectCommand({ Bucket: bucketName, Key: place.key }));
        return true;
      } catch (error) {
        if (error instanceof NotFound) return false;
        throw error;
      }
    },

    /** Deletes the object that a body was stored as, if it was; one inside a message goes with the message. */
    remove: async (batch: BatchIds): Promise<void> => {
      await client.send(new DeleteObjectCommand({ Bucket: bucketName, Key: batchBodyKey(batch) }));
    },
  };
};

const isPreconditionFailed = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
