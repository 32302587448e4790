/** What an operator does after faults, and what is read when all is quiet: straight from the services, past the proxy. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import * as z from "zod";
import { documentClient } from "#shared/adapters/dynamodb/document-client.ts";
import { createClients } from "../../emulator/services/clients.ts";
import type { RuntimeProcess } from "./runtime-process.ts";

/** What of a webhook's item tells why its batches wait. */
const waitingItem = z.object({
  name: z.string(),
  answerMs: z.number().optional(),
  breaker: z.looseObject({ kind: z.string() }).optional(),
  turns: z.object({ held: z.record(z.string(), z.number()), width: z.number() }).optional(),
});

const deadLetters = "DeadLetters";
const failedWindows = "aws/lambda/";

/** Works on a running stack; ends its connections with `stop`. */
export const operatorOf = (runtime: RuntimeProcess) => {
  const { created } = runtime;
  const clients = createClients(runtime.endpoints);
  const tables = documentClient(clients.dynamodb);
  const Bucket = Object.values(created.buckets)[0];

  const listKeys = async (prefix: string): Promise<readonly string[]> => {
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken }));
      keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    return keys;
  };

  const readText = async (Key: string): Promise<string> => {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? "";
  };

  return {
    stop: () => clients.destroy(),

    /** State on record of each batch. */
    batchStates: async (): Promise<ReadonlyMap<string, string>> => {
      const TableName = Object.entries(created.tables).find(([id]) => id.includes("Batches"))?.[1];
      const states = new Map<string, string>();
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await tables.send(new ScanCommand({ TableName, ExclusiveStartKey, ConsistentRead: true }));
        for (const item of page.Items ?? []) {
          if (typeof item["batchId"] === "string") states.set(item["batchId"], String(item["state"]));
        }
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return states;
    },

    /** What deliveries wait for: who has turns at slow targets, whose breaker is not closed, and how full the queues are. */
    whatWaits: async (): Promise<readonly string[]> => {
      const TableName = Object.entries(created.tables).find(([id]) => id.includes("Webhooks"))?.[1];
      const { Items = [] } = await tables.send(new ScanCommand({ TableName, ConsistentRead: true }));
      const now = Date.now();
      const webhooks = Items.flatMap((item) => {
        const health = waitingItem.safeParse(item);
        if (!health.success) return [];
        const { name, answerMs = "?", breaker, turns } = health.data;
        const left = Object.values(turns?.held ?? {}).map((until) => Math.round((until - now) / 1_000));
        if (left.length === 0 && (breaker === undefined || breaker.kind === "closed")) return [];
        const gate = breaker === undefined ? "" : `, breaker ${JSON.stringify(breaker)}`;
        return [`${name}: answers in ${answerMs} ms, turns end in ${left.join(", ")} s of ${turns?.width ?? 1}${gate}`];
      });
      const queues = Object.entries(created.queueUrls).map(async ([id, QueueUrl]) => {
        const { Attributes } = await clients.sqs.send(
          new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
        );
        const {
          ApproximateNumberOfMessages: visible,
          ApproximateNumberOfMessagesNotVisible: hidden,
          ApproximateNumberOfMessagesDelayed: delayed,
        } = Attributes ?? {};
        return `${id}: ${visible} visible, ${hidden} hidden, ${delayed} delayed`;
      });
      return [...webhooks.toSorted(), ...(await Promise.all(queues))];
    },

    /** Keys of bodies of batches that are stored. */
    bodyKeys: async () => await listKeys("batches/"),

    /** Texts of all objects in quarantine. */
    quarantine: async (): Promise<readonly string[]> =>
      await Promise.all((await listKeys("quarantine/")).map((key) => readText(key))),

    /** Puts dead letters back on their queues; returns how many there were. */
    redrive: async (): Promise<number> => {
      let moved = 0;
      for (const [id, QueueUrl] of Object.entries(created.queueUrls).filter(([name]) => name.includes(deadLetters))) {
        const prefix = id.slice(0, id.indexOf(deadLetters));
        const source = Object.entries(created.queueUrls).find(
          ([other]) => other.startsWith(prefix) && !other.includes(deadLetters),
        );
        const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 });
        for (;;) {
          const { Messages = [] } = await clients.sqs.send(receive);
          if (Messages.length === 0) break;
          for (const { Body, ReceiptHandle } of Messages) {
            await clients.sqs.send(new SendMessageCommand({ QueueUrl: source?.[1], MessageBody: Body }));
            await clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
            moved += 1;
          }
        }
      }
      return moved;
    },

    /** Runs windows again that the mapping gave up; returns how many succeeded. */
    runFailedWindows: async (): Promise<number> => {
      const batchFunction = runtime.functionIds.find((id) => id.includes("Batch")) ?? "";
      let done = 0;
      for (const Key of await listKeys(failedWindows)) {
        const { payload } = JSON.parse(await readText(Key)) as { readonly payload: string };
        if (!(await runtime.invoke(batchFunction, payload))) continue;
        await clients.s3.send(new DeleteObjectCommand({ Bucket, Key }));
        done += 1;
      }
      return done;
    },
  };
};
