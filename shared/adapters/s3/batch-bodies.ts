import { DeleteObjectCommand, GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import { type BodyEncoding, type BodyPlace, bodyEncodings } from "#shared/contract/delivery-message.ts";
import { inlineMessageBytes } from "#shared/contract/limits.ts";
import type { EncodedBody } from "#shared/delivery/body.ts";
import { inlineBody, inlinePlace } from "#shared/delivery/inline-body.ts";
import type { BodyStore } from "#shared/stores.ts";
import { bodySuffixes, encodingOf, hasObject, putBody } from "./body-objects.ts";
import type { BucketOptions } from "./bucket.ts";

/** What a delivery message holds besides its inline body, generously. */
const messageOverheadBytes = 2_048;

interface BatchIds {
  readonly webhookId: string;
  readonly batchId: string;
  readonly recovery?: number;
}

const prefix = "batches/";

const keyOf = ({ webhookId, batchId, recovery }: BatchIds, encoding: BodyEncoding): string =>
  `${prefix}${webhookId}/${batchId}${recovery === undefined ? "" : `.${recovery}`}${bodySuffixes[encoding]}`;

/** Compressed bodies of batches: a small one travels inside its message, a large one as an object. */
export const batchBodies = ({ client, bucketName }: BucketOptions): BodyStore => {
  const store = async (batch: BatchIds, body: EncodedBody): Promise<BodyPlace> => {
    const key = keyOf(batch, body.encoding);
    await putBody({ client, bucketName }, key, body);
    return { kind: "stored", key };
  };

  return {
    place: async ({ body, ...batch }) => {
      const isSmall = base64Length(body.bytes) + messageOverheadBytes <= inlineMessageBytes;
      return isSmall ? inlinePlace(body) : await store(batch, body);
    },

    keep: async ({ body, ...batch }) => (body.kind === "stored" ? body : await store(batch, inlineBody(body))),

    find: async (batch) => {
      for (const encoding of bodyEncodings) {
        const key = keyOf(batch, encoding);
        if (await hasObject({ client, bucketName }, key)) return { kind: "stored", key };
      }
      return undefined;
    },

    load: async (place) => {
      if (place.kind === "inline") return inlineBody(place);
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: place.key }));
        if (Body === undefined) return undefined;
        return { encoding: encodingOf(place.key), bytes: Buffer.from(await Body.transformToByteArray()) };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },

    remove: async ({ body, ...batch }) => {
      const key = body.kind === "stored" ? body.key : keyOf(batch, inlineBody(body).encoding);
      // A message that asks for a kept body to be sent again names that; only the lifecycle removes it.
      if (!key.startsWith(prefix)) return;
      await client.send(new DeleteObjectCommand({ Bucket: bucketName, Key: key }));
    },
  };
};

const base64Length = ({ length }: Buffer): number => Math.ceil(length / 3) * 4;
