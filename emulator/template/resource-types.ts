/** Resource types that the runtime creates or drives. */
export const handledTypes = [
  "AWS::ApiGateway::Authorizer",
  "AWS::ApiGateway::GatewayResponse",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Resource",
  "AWS::ApiGateway::RestApi",
  "AWS::ApiGateway::Stage",
  "AWS::DynamoDB::GlobalTable",
  "AWS::DynamoDB::Table",
  "AWS::Kinesis::Stream",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Function",
  "AWS::S3::Bucket",
  "AWS::SNS::Subscription",
  "AWS::SNS::Topic",
  "AWS::SQS::Queue",
] as const;

/**
 * Resource types without an effect on a single machine: permissions, encryption, logs, alarms. A type in neither list
 * is an error, so that nothing the stack relies on is left out in silence.
 */
const ignoredTypes = [
  "AWS::ApiGateway::Account",
  "AWS::ApiGateway::Deployment",
  "AWS::CDK::Metadata",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::CompositeAlarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::KMS::Alias",
  "AWS::KMS::Key",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::Logs::MetricFilter",
  "AWS::Logs::QueryDefinition",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  "AWS::WAFv2::WebACL",
  "AWS::WAFv2::WebACLAssociation",
] as const;

export type HandledType = (typeof handledTypes)[number];

const handled: ReadonlySet<string> = new Set(handledTypes);
const ignored: ReadonlySet<string> = new Set(ignoredTypes);

/** Whether the runtime acts on a type; throws for a type it does not know. */
export const isHandledType = (type: string): type is HandledType => {
  if (handled.has(type)) return true;
  if (ignored.has(type)) return false;
  throw new Error(
    `The local runtime does not know the resource type ${type}. Support it, or list it as one without a local effect ` +
      "in emulator/template/resource-types.ts.",
  );
};
