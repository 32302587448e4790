import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import * as z from "zod";
import type { FunctionPool } from "../functions/function-pool.ts";
import { type Mapping, mappingTarget, pause } from "../mapping.ts";
import { readProperties, unsupported } from "../resources/read-properties.ts";
import type { Clients } from "../services/clients.ts";
import type { Resource } from "../template/template.ts";
import { divideBySize, sqsRecord, succeededMessages } from "./event.ts";

const mappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.coerce.number().default(10),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  ScalingConfig: z
    .object({ MaximumConcurrency: z.coerce.number().default(1_000) })
    .default({ MaximumConcurrency: 1_000 }),
  FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
  FilterCriteria: unsupported("FilterCriteria is"),
});

/** Messages of one call, receive or delete: an SQS limit. */
const maxCallMessages = 10;
/** Longest wait of a receive call: an SQS limit. */
const maxWaitSeconds = 20;
/** Concurrent invocations on one machine, whatever the template allows in the cloud. */
const maxLocalConcurrency = 32;
const errorPauseMs = 500;

interface SqsMappingOptions {
  readonly resource: Resource;
  readonly functions: readonly FunctionPool[];
  readonly clients: Clients;
  readonly queueUrl: string;
  readonly logError: (message: string, error: unknown) => void;
}

/** Runs an event source mapping of a queue. */
export const startSqsMapping = (options: SqsMappingOptions): Mapping => {
  const { clients, queueUrl, logError } = options;
  const properties = readProperties(mappingProperties, options.resource);
  const target = mappingTarget(options.functions, properties.FunctionName);
  const concurrency = Math.min(properties.ScalingConfig.MaximumConcurrency, maxLocalConcurrency);
  const windowMs = properties.MaximumBatchingWindowInSeconds * 1_000;
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  const { signal } = stopping;

  const receive = async (limit: number, waitSeconds: number): Promise<readonly Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(limit, maxCallMessages),
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    try {
      const { Messages } = await clients.sqs.send(command, { abortSignal: signal });
      return Messages ?? [];
    } catch (error) {
      if (signal.aborted) return [];
      throw error;
    }
  };

  /**
   * Receives until the batch is full, its window is over or, without a window, nothing more is at hand. At a stop the function gets
   * what there is: nobody else would until the visibility time-out ends.
   */
  const gather = async (): Promise<readonly Message[]> => {
    const messages = [...(await receive(properties.BatchSize, maxWaitSeconds))];
    const closesAt = Date.now() + windowMs;
    const isOpen = (): boolean => messages.length < properties.BatchSize && Date.now() < closesAt && !signal.aborted;
    while (messages.length > 0 && isOpen()) {
      const leftMs = closesAt - Date.now();
      // A call waits for whole seconds. The last one of a window takes what has come meanwhile.
      if (leftMs < 1_000) await pause(leftMs, signal);
      const waitSeconds = Math.min(Math.floor(leftMs / 1_000), maxWaitSeconds);
      messages.push(...(await receive(properties.BatchSize - messages.length, waitSeconds)));
    }
    return messages;
  };

  const remove = async (messages: readonly Message[]): Promise<void> => {
    for (let start = 0; start < messages.length; start += maxCallMessages) {
      const Entries = messages
        .slice(start, start + maxCallMessages)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    }
  };

  const handle = async (messages: readonly Message[]): Promise<void> => {
    const records = messages.map((message) => sqsRecord(message, properties.EventSourceArn));
    const result = await target.invoke(`{"Records":[${records.join(",")}]}`);
    const reportsFailures = properties.FunctionResponseTypes.length > 0;
    await remove(succeededMessages({ result, messages, reportsFailures }));
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      if (underWay.size >= concurrency) {
        await Promise.race(underWay);
        continue;
      }
      try {
        for (const messages of divideBySize(await gather())) {
          const invocation = handle(messages)
            .catch((error: unknown) => logError("Acknowledging messages failed", error))
            .finally(() => underWay.delete(invocation));
          underWay.add(invocation);
        }
      } catch (error) {
        logError("Receiving messages failed", error);
        await pause(errorPauseMs, signal);
      }
    }
  };

  const loop = run();
  return {
    stop: async () => {
      stopping.abort();
      await loop;
      await Promise.all(underWay);
    },
  };
};
