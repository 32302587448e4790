import { Duration } from "aws-cdk-lib";
import { Stream, StreamEncryption, StreamMode } from "aws-cdk-lib/aws-kinesis";
import { Construct } from "constructs";
import { removalPolicyOf } from "./storage.ts";

export const streamModes = ["on-demand", "provisioned"] as const;

/** The Kinesis stream that every event passes. */
export const createStream = (
  scope: Construct,
  {
    retainData = true,
    streamRetentionHours = 24,
    streamShards,
  }: {
    readonly retainData?: boolean;
    readonly streamRetentionHours?: number;
    readonly streamShards?: number;
  },
): Stream =>
  new Stream(new Construct(scope, "Events"), "Stream", {
    ...(streamShards === undefined
      ? { streamMode: StreamMode.ON_DEMAND }
      : { streamMode: StreamMode.PROVISIONED, shardCount: streamShards }),
    // With the key that AWS manages, producers in the account need no permission on a key.
    encryption: StreamEncryption.MANAGED,
    retentionPeriod: Duration.hours(streamRetentionHours),
    removalPolicy: removalPolicyOf(retainData),
  });
