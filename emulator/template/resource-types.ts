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
 * Resource types that are not created: roles and policies, which `access/permissions.ts` reads, and those without an effect on a
 * single machine, such as encryption, logs, alarms. A type in neither list is an error, so that nothing the stack relies on is
 * left out in silence.
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
  "AWS::SES::ConfigurationSet",
  "AWS::SES::ConfigurationSetEventDestination",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  "AWS::WAFv2::WebACL",
  "AWS::WAFv2::WebACLAssociation",
] as const;

export type HandledType = (typeof handledTypes)[number];

const handled: ReadonlySet<string> = new Set(handledTypes);
const ignored: ReadonlySet<string> = new Set(ignoredTypes);

/** Whether the runtime acts on a type. */
export const isHandledType = (type: string): type is HandledType => handled.has(type);

/** Throws for a resource of a type in neither list. */
export const requireKnownType = (logicalId: string, type: string): void => {
  if (handled.has(type) || ignored.has(type)) return;
  throw new Error(
    `The local runtime does not know ${type}, the type of ${logicalId}. Support it, or list it as one without a local ` +
      "effect in emulator/template/resource-types.ts.",
  );
};
