import {
  CreateStreamCommand,
  DescribeStreamCommand,
  type KinesisClient,
  ResourceInUseException,
} from "@aws-sdk/client-kinesis";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { Resource } from "../template/template.ts";
import { readProperties } from "./read-properties.ts";

const streamProperties = z.object({
  ShardCount: z.coerce.number().int().positive().optional(),
  StreamModeDetails: z.object({ StreamMode: z.enum(["ON_DEMAND", "PROVISIONED"]) }).optional(),
});

/** Shards of an on-demand stream: one for each core of a small laptop. The emulator has provisioned streams only. */
const onDemandShards = 2;
const pollMs = 10;

interface CreateStreamOptions {
  readonly client: KinesisClient;
  readonly resource: Resource;
  readonly streamName: string;
}

/** Creates a stream unless the data directory has it already, and returns its shards' ids. */
export const createStream = async (options: CreateStreamOptions): Promise<readonly string[]> => {
  const { client, resource, streamName } = options;
  const { ShardCount } = readProperties(streamProperties, resource);
  try {
    await client.send(new CreateStreamCommand({ StreamName: streamName, ShardCount: ShardCount ?? onDemandShards }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  for (;;) {
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName: streamName }));
    if (StreamDescription?.StreamStatus === "ACTIVE") {
      return (StreamDescription.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []);
    }
    await sleep(pollMs);
  }
};
