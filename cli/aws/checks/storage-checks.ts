import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Check } from "../../doctor-checks.ts";
import { type AwsConfig, runCheck } from "./run-check.ts";

/** Whether DynamoDB may use the key of the webhooks table: a key that is off or lost takes the table along. */
export const tableKeyCheck = async (config: AwsConfig, tableName: string): Promise<Check> =>
  await runCheck("webhooks key", async () => {
    const client = new DynamoDBClient(config);
    try {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
      const { SSEDescription: sse, TableStatus: status = "" } = Table ?? {};
      const fix = "Enable the key, or restore its policy, within seven days: after that the table is archived.";
      if (status === "INACCESSIBLE_ENCRYPTION_CREDENTIALS" || sse?.InaccessibleEncryptionDateTime !== undefined) {
        return { state: "failed", detail: `${tableName} cannot use ${sse?.KMSMasterKeyArn}`, fix };
      }
      if (status !== "ACTIVE") {
        return { state: "warning", detail: `${tableName} is ${status}`, fix: "Wait until it is ACTIVE." };
      }
      if (sse?.Status !== undefined && sse.Status !== "ENABLED") {
        return { state: "warning", detail: `the encryption of ${tableName} is ${sse.Status}`, fix };
      }
      return {
        state: "ok",
        detail: `${tableName} is ACTIVE and encrypted with ${sse?.KMSMasterKeyArn ?? "AWS's key"}`,
      };
    } finally {
      client.destroy();
    }
  });

/** Whether messages wait that our own code could not handle. */
export const deadLettersCheck = async (
  config: AwsConfig,
  queueUrls: Readonly<Record<string, string>>,
): Promise<Check> =>
  await runCheck("dead letters", async () => {
    const client = new SQSClient(config);
    try {
      const counts = await Promise.all(
        Object.entries(queueUrls).map(async ([name, QueueUrl]) => {
          const { Attributes } = await client.send(
            new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
          );
          return [name, Number(Attributes?.["ApproximateNumberOfMessages"] ?? 0)] as const;
        }),
      );
      const waiting = counts.filter(([, count]) => count > 0);
      if (waiting.length === 0) return { state: "ok", detail: "none" };
      const detail = waiting.map(([name, count]) => `${count} of ${name}`).join(", ");
      return { state: "warning", detail, fix: "See docs/runbook.md#dead-letters." };
    } finally {
      client.destroy();
    }
  });

/** Whether records wait in the bucket that were given up or could not be read. */
export const putAsideCheck = async (
  config: AwsConfig,
  { bucketName, stackName }: { readonly bucketName: string; readonly stackName: string },
): Promise<Check> =>
  await runCheck("put aside", async () => {
    const client = new S3Client(config);
    try {
      const count = async (prefix: string): Promise<{ readonly text: string; readonly isNone: boolean }> => {
        const { IsTruncated = false, KeyCount = 0 } = await client.send(
          new ListObjectsV2Command({ Bucket: bucketName, Prefix: prefix }),
        );
        return { text: `${KeyCount}${IsTruncated ? " or more" : ""}`, isNone: KeyCount === 0 };
      };
      const [windows, records] = await Promise.all([count("aws/lambda/"), count("quarantine/")]);
      const detail = `${windows.text} failed windows, ${records.text} records in quarantine`;
      if (windows.isNone && records.isNone) return { state: "ok", detail };
      const what = windows.isNone ? "quarantine" : "failed-windows";
      return { state: "warning", detail, fix: `Look at them: tidepost restore ${what} --stack ${stackName} --plan` };
    } finally {
      client.destroy();
    }
  });
