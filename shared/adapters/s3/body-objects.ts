import { HeadObjectCommand, NotFound, PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { type BodyEncoding, bodyEncodings } from "#shared/contract/delivery-message.ts";
import type { EncodedBody } from "#shared/delivery/body.ts";
import type { BucketOptions } from "./bucket.ts";

/** An object's key ends with its encoding; `deliver` and the API find out by it. */
export const bodySuffixes: Readonly<Record<BodyEncoding, string>> = {
  frames: ".frames",
  zstd: ".json.zst",
  gzip: ".json.gz",
};

/** The encoding of the body that an object holds. */
export const encodingOf = (key: string): BodyEncoding =>
  bodyEncodings.find((each) => key.endsWith(bodySuffixes[each])) ?? "gzip";

/** Stores a body as an object. One that is there already stays: one batch id has one body. */
export const putBody = async (
  { client, bucketName }: BucketOptions,
  key: string,
  { encoding, bytes }: EncodedBody,
  abortSignal?: AbortSignal,
): Promise<void> => {
  const command = new PutObjectCommand({
    Bucket: bucketName,
    Key: key,
    Body: bytes,
    ...(encoding === "frames" ? {} : { ContentType: "application/json", ContentEncoding: encoding }),
    IfNoneMatch: "*",
  });
  try {
    await client.send(command, abortSignal === undefined ? {} : { abortSignal });
  } catch (error) {
    if (!isPreconditionFailed(error)) throw error;
  }
};

/** Whether there is an object of that key. */
export const hasObject = async ({ client, bucketName }: BucketOptions, key: string): Promise<boolean> => {
  try {
    await client.send(new HeadObjectCommand({ Bucket: bucketName, Key: key }));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
};

const isPreconditionFailed = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412;
