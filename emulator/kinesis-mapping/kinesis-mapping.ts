import { PutObjectCommand } from "@aws-sdk/client-s3";
import * as z from "zod";
import type { FunctionPool } from "../functions/function-pool.ts";
import { type Mapping, mappingTarget } from "../mapping.ts";
import { readProperties, unsupported } from "../resources/read-properties.ts";
import type { Clients } from "../services/clients.ts";
import type { KinesisService } from "../services/kinesis-service.ts";
import type { Resource } from "../template/template.ts";
import { type DiscardedRecords, onFailureObject } from "./on-failure.ts";
import { type LaneSettings, runLane } from "./lane.ts";
import { windowRecord } from "./record.ts";
import { maxWindowBytes } from "./window.ts";

const bucketArn = /^arn:aws:s3:::(.+)$/;

const mappingProperties = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  StartingPosition: z.literal("TRIM_HORIZON"),
  BatchSize: z.coerce.number().default(100),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  ParallelizationFactor: z.coerce.number().pipe(z.literal(1)).default(1),
  MaximumRetryAttempts: z.coerce.number().default(-1),
  MaximumRecordAgeInSeconds: z.coerce.number().default(-1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
  DestinationConfig: z
    .object({ OnFailure: z.object({ Destination: z.string().regex(bucketArn, "must be a bucket's ARN") }) })
    .optional(),
  FilterCriteria: unsupported("FilterCriteria is"),
  TumblingWindowInSeconds: unsupported("TumblingWindowInSeconds is"),
});

interface KinesisMappingOptions {
  readonly mappingId: string;
  readonly resource: Resource;
  readonly functions: readonly FunctionPool[];
  readonly clients: Clients;
  readonly kinesis: KinesisService;
  readonly streamName: string;
  readonly shardIds: readonly string[];
  /** Replaces the template's window. */
  readonly windowSeconds: number | undefined;
  readonly logError: (message: string, error: unknown) => void;
}

/** Runs an event source mapping of a stream: one lane for each shard. */
export const startKinesisMapping = (options: KinesisMappingOptions): Mapping => {
  const { mappingId, clients, kinesis, streamName, logError } = options;
  const properties = readProperties(mappingProperties, options.resource);
  const target = mappingTarget(options.functions, properties.FunctionName);
  const streamArn = properties.EventSourceArn;
  const settings: LaneSettings = {
    windowMs: (options.windowSeconds ?? properties.MaximumBatchingWindowInSeconds) * 1_000,
    maxRecords: properties.BatchSize,
    maxBytes: maxWindowBytes,
    bisect: properties.BisectBatchOnFunctionError,
    maxRetryAttempts: properties.MaximumRetryAttempts,
    maxAgeSeconds: properties.MaximumRecordAgeInSeconds,
    reportsFailures: properties.FunctionResponseTypes.length > 0,
  };
  const bucket = bucketArn.exec(properties.DestinationConfig?.OnFailure.Destination ?? "")?.[1];
  const stopping = new AbortController();

  const lanes = options.shardIds.map((shardId) => {
    const reader = `${mappingId}/${shardId}`;
    const discard = async (discarded: DiscardedRecords): Promise<void> => {
      logError(
        `Mapping ${options.resource.logicalId} gave up ${discarded.records.length} records`,
        discarded.condition,
      );
      if (bucket === undefined) return;
      const functionArn = target.definition.arn;
      const { key, body } = onFailureObject({
        ...discarded,
        mappingId,
        shardId,
        streamArn,
        functionArn,
        now: new Date(),
      });
      await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    };
    let lastRead = kinesis.journal.checkpoint(reader);
    return runLane({
      settings,
      read: async (limit) => {
        const records = await kinesis.read({ streamName, shardId, after: lastRead, limit });
        lastRead = records.at(-1)?.sequenceNumber ?? lastRead;
        return records;
      },
      toWindowRecord: (record) => windowRecord({ record, shardId, streamArn }),
      invoke: target.invoke,
      discard,
      saveCheckpoint: (sequenceNumber) => {
        kinesis.journal.saveCheckpoint(reader, sequenceNumber);
        kinesis.dropConsumed({ streamName, shardId, sequenceNumber });
      },
      logError,
      signal: stopping.signal,
    });
  });

  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(lanes);
    },
  };
};
