import { AuthorizationType, type IAuthorizer } from "aws-cdk-lib/aws-apigateway";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IStream } from "aws-cdk-lib/aws-kinesis";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { listenPath } from "#shared/contract/api-paths.ts";
import { restTimeoutSeconds } from "#shared/contract/limits.ts";
import { pollSlotsPartition } from "#shared/contract/tables.ts";
import { integrationOf } from "./api-routes.ts";
import { allow, nodeFunction } from "./node-function.ts";
import type { RestApi } from "./rest-api.ts";
import type { Storage } from "./storage.ts";

export interface ListenProps {
  /** Checks API keys. */
  readonly authorizer: IAuthorizer;
  /** Requests that one API key may send each second to this path and all others but those of ingest. */
  readonly keyManagementRequestsPerSecond: number;
  readonly restApi: RestApi;
  readonly storage: Storage;
  readonly stream: IStream;
  /** Hours that the stream keeps a record. */
  readonly streamRetentionHours: number;
}

/** Events by a long poll, for those who have an API key and no AWS credentials: the `listen` function with its route. */
export class Listen extends Construct {
  readonly listen: LambdaFunction;

  constructor(scope: Construct, id: string, props: ListenProps) {
    super(scope, id);
    const { authorizer, restApi, storage, stream } = props;
    const { batches, webhooks } = storage;
    const listen = nodeFunction(this, "listen", {
      description: "answers long polls for the events of a customer.",
      // It mostly waits; the rest is for the largest record that may be on the stream.
      memoryMb: 512,
      timeoutSeconds: restTimeoutSeconds,
      environment: {
        BATCHES_TABLE: batches.tableName,
        KEY_REQUESTS_PER_SECOND: String(props.keyManagementRequestsPerSecond),
        STREAM_NAME: stream.streamName,
        STREAM_RETENTION_HOURS: String(props.streamRetentionHours),
        WEBHOOKS_TABLE: webhooks.tableName,
      },
    });
    this.listen = listen;
    allow(listen, ["dynamodb:GetItem"], [webhooks.tableArn]);
    storage.allowWebhooksKey(listen, "read");
    listen.addToRolePolicy(
      new PolicyStatement({
        actions: ["dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
        resources: [batches.tableArn],
        // The other items of the table are batches of every customer.
        conditions: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": [pollSlotsPartition] } },
      }),
    );
    storage.allowRequestCounts(listen);
    allow(listen, ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"], [stream.streamArn]);
    restApi.api.root.resourceForPath(listenPath).addMethod("ANY", integrationOf(listen), {
      authorizationType: AuthorizationType.CUSTOM,
      authorizer,
    });
  }
}
