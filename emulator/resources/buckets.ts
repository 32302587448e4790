import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import * as z from "zod";
import type { Resource } from "../template/template.ts";
import { readProperties } from "./read-properties.ts";

interface CreateBucketOptions {
  readonly client: S3Client;
  readonly resource: Resource;
  readonly bucketName: string;
}

/**
 * Creates a bucket; creating one that the data directory has changes nothing. Lifecycle rules are left out: the
 * emulator enacts none.
 */
export const createBucket = async ({ client, resource, bucketName }: CreateBucketOptions): Promise<void> => {
  readProperties(z.object({}), resource);
  await client.send(new CreateBucketCommand({ Bucket: bucketName }));
};
