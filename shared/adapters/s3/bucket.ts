import type { S3Client } from "@aws-sdk/client-s3";

/** What an adapter of the bucket needs. */
export interface BucketOptions {
  readonly client: S3Client;
  readonly bucketName: string;
}
