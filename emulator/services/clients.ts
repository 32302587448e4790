import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { region } from "../template/resource-identity.ts";
import type { Endpoints } from "./service.ts";

/** SDK clients for the emulators. */
export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly kinesis: KinesisClient;
  readonly s3: S3Client;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly destroy: () => void;
}

/** Creates clients that reach the emulators only, whatever this machine's AWS configuration says. */
export const createClients = (endpoints: Endpoints): Clients => {
  const { credentials } = endpoints;
  const dynamodb = new DynamoDBClient({ region, credentials, endpoint: endpoints.dynamodb });
  // The SDK's Kinesis client speaks HTTP/2 unless it is told otherwise; the emulator does not.
  const requestHandler = new NodeHttpHandler();
  const kinesis = new KinesisClient({ region, credentials, endpoint: endpoints.kinesis, requestHandler });
  const s3 = new S3Client({ region, credentials, endpoint: endpoints.s3, forcePathStyle: true });
  const sns = new SNSClient({ region, credentials, endpoint: endpoints.sns });
  const sqs = new SQSClient({ region, credentials, endpoint: endpoints.sqs });
  return {
    dynamodb,
    kinesis,
    s3,
    sns,
    sqs,
    destroy: () => {
      for (const client of [dynamodb, kinesis, s3, sns, sqs]) client.destroy();
    },
  };
};
