import * as z from "zod";
import type { HandledType } from "../template/resource-types.ts";
import type { Resource } from "../template/template.ts";

const table = [
  "BillingMode",
  "ContributorInsightsSpecification",
  "DeletionProtectionEnabled",
  "OnDemandThroughput",
  "PointInTimeRecoverySpecification",
  "ProvisionedThroughput",
  "Replicas",
  "SSESpecification",
  "TableClass",
  "TableName",
  "TimeToLiveSpecification",
  "WriteOnDemandThroughputSettings",
];

/**
 * Properties that the emulator leaves out, because nothing that runs on one machine shows the difference (descriptions,
 * permissions, encryption, throughput), and names, which it reads elsewhere. Any other property is honoured, or refused.
 */
const withoutLocalEffect: Readonly<Record<HandledType, readonly string[]>> = {
  "AWS::ApiGateway::Authorizer": ["AuthType", "Name", "RestApiId"],
  "AWS::ApiGateway::GatewayResponse": ["RestApiId"],
  "AWS::ApiGateway::Method": ["MethodResponses", "OperationName", "RestApiId"],
  "AWS::ApiGateway::Resource": ["RestApiId"],
  "AWS::ApiGateway::RestApi": ["Description", "EndpointConfiguration", "Name"],
  "AWS::ApiGateway::Stage": [
    "AccessLogSetting",
    "DeploymentId",
    "Description",
    "MethodSettings",
    "RestApiId",
    "TracingEnabled",
  ],
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::DynamoDB::Table": table,
  "AWS::Kinesis::Stream": ["DesiredShardLevelMetrics", "Name", "RetentionPeriodHours", "StreamEncryption"],
  "AWS::Lambda::EventSourceMapping": ["Enabled", "KmsKeyArn", "LoggingConfig", "MetricsConfig"],
  "AWS::Lambda::Function": [
    "Architectures",
    "Description",
    "EphemeralStorage",
    "FunctionName",
    "KmsKeyArn",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Role",
    "RuntimeManagementConfig",
    "SnapStart",
    "TracingConfig",
    "VpcConfig",
  ],
  "AWS::S3::Bucket": [
    "AccessControl",
    "BucketEncryption",
    "BucketName",
    "LifecycleConfiguration",
    "LoggingConfiguration",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
  ],
  "AWS::SNS::Subscription": [],
  "AWS::SNS::Topic": ["DisplayName", "KmsMasterKeyId", "SignatureVersion", "TopicName", "TracingConfig"],
  "AWS::SQS::Queue": [
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "QueueName",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
  ],
};

/** A property that must not be set, because the runtime would have to ignore it. */
export const unsupported = (what: string) => z.undefined({ error: `${what} not supported locally` }).optional();

/** Reads a resource's properties by schema; what the runtime cannot honour is an error that names resource and property. */
export const readProperties = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  resource: Resource,
): z.output<z.ZodObject<Shape>> => {
  const { logicalId, properties, type } = resource;
  const left = withoutLocalEffect[type as HandledType];
  const unknown = Object.keys(properties).filter(
    (name) => name !== "Tags" && !Object.hasOwn(schema.shape, name) && !left.includes(name),
  );
  if (unknown.length > 0) {
    throw new Error(`The local runtime cannot run ${type} ${logicalId}: ${unknown.join(", ")} not supported locally`);
  }
  const result = schema.safeParse(properties);
  if (result.success) return result.data;
  throw new Error(`The local runtime cannot run ${type} ${logicalId}:\n${z.prettifyError(result.error)}`);
};
