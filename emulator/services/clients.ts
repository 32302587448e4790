import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { region } from "../template/resource-identity.ts";
import type { Credentials, Endpoints } from "./service.ts";

/** SDK clients for the emulators. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly kinesis: KinesisClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly destroy: () => void;
}

type Signer = Extract<NonNullable<DynamoDBClientConfig["signer"]>, { readonly sign: unknown }>;

/** Names the key, which is all that the emulators look at: a signature of each call would be checked by nobody. */
const signerOf = ({ accessKeyId }: Credentials): Signer => ({
  sign: (request) => {
    request.headers["x-amz-date"] = "20260101T000000Z";
    request.headers["authorization"] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/${region}/any/aws4_request, SignedHeaders=host, Signature=none`;
    return Promise.resolve(request);
  },
});

/** Copying every request and answer for a log that nobody has asked for, and naming the program to nobody. */
const useless = ["loggerMiddleware", "getUserAgentMiddleware"] as const;

/** Creates clients that reach the emulators only, whatever this machine's AWS configuration says. */
export const createClients = (endpoints: Endpoints): Clients => {
  const { credentials } = endpoints;
  const signer = signerOf(credentials);
  const dynamodb = new DynamoDBClient({ region, credentials, signer, endpoint: endpoints.dynamodb });
  // The SDK's Kinesis client speaks HTTP/2 unless it is told otherwise; the emulator does not.
  const requestHandler = new NodeHttpHandler();
  const kinesis = new KinesisClient({ region, credentials, signer, endpoint: endpoints.kinesis, requestHandler });
  const s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
  const sns = new SNSClient({ region, credentials, endpoint: endpoints.sns });
  const sqs = new SQSClient({ region, credentials, signer, endpoint: endpoints.sqs });
  const all = [dynamodb, kinesis, s3, sns, sqs];
  for (const { middlewareStack } of all) {
    for (const name of useless) middlewareStack.remove(name);
  }
  return {
    dynamodb,
    kinesis,
    s3,
    sns,
    sqs,
    destroy: () => {
      for (const client of all) client.destroy();
    },
  };
};
