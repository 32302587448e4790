import { Duration } from "aws-cdk-lib";
import { Stream, StreamEncryption, StreamMode } from "aws-cdk-lib/aws-kinesis";
import { Construct } from "constructs";
import { removalPolicyOf } from "./storage.ts";

export const streamModes = ["on-demand", "provisioned"] as const;

export interface EventStreamProps {
  /** Whether the stream outlives the stack. */
  readonly retainData: boolean;
  /** Hours that a record stays readable. */
  readonly retentionHours: number;
  /**
   * Shards of a stream that is provisioned.
   * @default none: the stream scales by itself
   */
  readonly shards?: number;
}

/** The Kinesis stream that every event passes. */
export class EventStream extends Construct {
  readonly stream: Stream;

  constructor(scope: Construct, id: string, { retainData, retentionHours, shards }: EventStreamProps) {
    super(scope, id);
    this.stream = new Stream(this, "Stream", {
      ...(shards === undefined
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount: shards }),
      // With the key that AWS manages, producers in the account need no permission on a key.
      encryption: StreamEncryption.MANAGED,
      retentionPeriod: Duration.hours(retentionHours),
      removalPolicy: removalPolicyOf(retainData),
    });
  }
}
