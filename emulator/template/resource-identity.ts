import { createHash } from "node:crypto";
import type { Resource, ResourceIdentity } from "./template.ts";
import { type HandledType, isHandledType } from "./resource-types.ts";

/** Region and account of everything local; the emulators use the same. */
export const region = "us-east-1";
export const accountId = "000000000000";

const arn = (service: string, path: string): string => `arn:aws:${service}:${region}:${accountId}:${path}`;

/** A UUID that stays the same from run to run, so that a mapping finds its checkpoints again. */
const uuidOf = (text: string): string => {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
};

const nameOf = (resource: Resource, property: string): string => {
  const name = resource.properties[property];
  return typeof name === "string" ? name : resource.logicalId;
};

type Identify = (resource: Resource, endpoints: { readonly sqs: string }) => ResourceIdentity;

const table: Identify = (resource) => {
  const name = nameOf(resource, "TableName");
  return { ref: name, attributes: { Arn: arn("dynamodb", `table/${name}`), TableId: name } };
};

const apiGatewayPart =
  (attribute: string): Identify =>
  ({ logicalId }) => ({ ref: logicalId, attributes: { [attribute]: logicalId } });

const identities: Record<HandledType, Identify> = {
  "AWS::ApiGateway::Authorizer": apiGatewayPart("AuthorizerId"),
  "AWS::ApiGateway::GatewayResponse": apiGatewayPart("Id"),
  "AWS::ApiGateway::Method": apiGatewayPart("Id"),
  "AWS::ApiGateway::Resource": apiGatewayPart("ResourceId"),
  "AWS::ApiGateway::RestApi": ({ logicalId }) => ({
    ref: logicalId.toLowerCase(),
    attributes: { RestApiId: logicalId.toLowerCase(), RootResourceId: rootResourceId(logicalId) },
  }),
  "AWS::ApiGateway::Stage": (resource) => ({ ref: nameOf(resource, "StageName"), attributes: {} }),
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::DynamoDB::Table": table,
  "AWS::Kinesis::Stream": (resource) => {
    const name = nameOf(resource, "Name");
    return { ref: name, attributes: { Arn: arn("kinesis", `stream/${name}`) } };
  },
  "AWS::Lambda::EventSourceMapping": ({ logicalId }) => ({
    ref: uuidOf(logicalId),
    attributes: { Id: uuidOf(logicalId) },
  }),
  "AWS::Lambda::Function": (resource) => {
    const name = nameOf(resource, "FunctionName");
    return { ref: name, attributes: { Arn: arn("lambda", `function:${name}`) } };
  },
  "AWS::S3::Bucket": (resource) => {
    const name = nameOf(resource, "BucketName").toLowerCase();
    return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}`, DomainName: `${name}.s3.amazonaws.com` } };
  },
  "AWS::SNS::Subscription": ({ logicalId }) => ({ ref: logicalId, attributes: { Arn: arn("sns", logicalId) } }),
  "AWS::SNS::Topic": (resource) => {
    const name = nameOf(resource, "TopicName");
    return { ref: arn("sns", name), attributes: { TopicArn: arn("sns", name), TopicName: name } };
  },
  "AWS::SQS::Queue": (resource, endpoints) => {
    const name = nameOf(resource, "QueueName");
    const url = `${endpoints.sqs}/${accountId}/${name}`;
    return { ref: url, attributes: { Arn: arn("sqs", name), QueueName: name, QueueUrl: url } };
  },
};

/** Id of a REST API's root resource. */
export const rootResourceId = (restApiLogicalId: string): string => `${restApiLogicalId}-root`;

/** What `Ref` and `Fn::GetAtt` yield; resources without a local effect get recognisable placeholders. */
export const identifyResource: Identify = (resource, endpoints) =>
  isHandledType(resource.type)
    ? identities[resource.type](resource, endpoints)
    : { ref: resource.logicalId, attributes: { Arn: arn("local", resource.logicalId) } };
