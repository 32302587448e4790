import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3";

interface CreateBucketOptions {
  readonly client: S3Client;
  readonly bucketName: string;
}

/**
 * Creates a bucket; creating one that the data directory has changes nothing. Lifecycle rules are left out: the
 * emulator enacts none.
 */
export const createBucket = async ({ client, bucketName }: CreateBucketOptions): Promise<void> => {
  await client.send(new CreateBucketCommand({ Bucket: bucketName }));
};
