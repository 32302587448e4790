import { expect, it } from "vitest";
import { resourcesOf, synthTemplate } from "./template.ts";

interface Statement {
  readonly Action: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Resource: string | readonly string[];
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
  readonly Roles: readonly string[];
}

const writeLogs = "logs:CreateLogStream,PutLogEvents";
const readKey = "kms:Decrypt,DescribeKey on StorageWebhooksKey if kms:ViaService=dynamodb.us-east-1.amazonaws.com";
const useKey = readKey.replace(
  "Decrypt,DescribeKey",
  "Decrypt,DescribeKey,Encrypt,GenerateDataKey,GenerateDataKeyWithoutPlaintext,ReEncryptFrom,ReEncryptTo",
);
const consumeQueue = "sqs:ChangeMessageVisibility,DeleteMessage,GetQueueAttributes,GetQueueUrl,ReceiveMessage";

/** Every statement of every function's role. A change here is a change of what a function may do: review it as such. */
const reviewed: Readonly<Record<string, readonly string[]>> = {
  BatchingRole: [
    "dynamodb:Query on StorageWebhooks",
    "kinesis:DescribeStream,DescribeStreamConsumer,DescribeStreamSummary,GetRecords,GetShardIterator,ListShards,ListStreams,SubscribeToShard on EventsStream",
    readKey,
    `${writeLogs} on BatchingLogs`,
    "s3:ListBucket on StorageBucket",
    "s3:PutObject on StorageBucket/aws/lambda/*",
    "s3:PutObject on StorageBucket/batches/*",
    "s3:PutObject on StorageBucket/quarantine/*",
    "sqs:SendMessage on QueuesDeliveries",
  ],
  ConsoleRole: [`${writeLogs} on ConsoleLogs`],
  DeliveryRole: [
    "dynamodb:GetItem,PutItem,UpdateItem on StorageBatches",
    "dynamodb:GetItem,UpdateItem on StorageWebhooks",
    useKey,
    `${writeLogs} on DeliveryLogs`,
    "s3:DeleteObject,GetObject,PutObject on StorageBucket/batches/*",
    "s3:ListBucket on StorageBucket",
    `${consumeQueue} on QueuesDeliveries`,
    `${consumeQueue},SendMessage on QueuesRetries`,
  ],
  ReplayRole: [
    "dynamodb:GetItem on StorageWebhooks",
    "dynamodb:GetItem,PutItem,UpdateItem on StorageBatches",
    "kinesis:GetRecords,GetShardIterator,ListShards on EventsStream",
    readKey,
    `${writeLogs} on ReplayLogs`,
    "s3:PutObject on StorageBucket/batches/*",
    `${consumeQueue} on ReplaySteps`,
    "sqs:SendMessage on QueuesRetries",
    "sqs:SendMessage on ReplaySteps",
  ],
  RoutesApiRole: [
    "dynamodb:DeleteItem,GetItem,PutItem,Query,UpdateItem on StorageApiKeys",
    "dynamodb:DeleteItem,GetItem,PutItem,Query,UpdateItem on StorageWebhooks",
    "dynamodb:BatchGetItem,GetItem,PutItem,Query,UpdateItem on StorageBatches",
    "dynamodb:Query on StorageBatches/index/byBatchId",
    "dynamodb:Query on StorageBatches/index/failed",
    "dynamodb:Query on StorageBatches/index/pending",
    "dynamodb:Query on StorageApiKeys/index/byCustomer",
    useKey,
    `${writeLogs} on RoutesApiLogs`,
    "s3:GetObject on StorageBucket/batches/*",
    "s3:ListBucket on StorageBucket",
    "sqs:SendMessage on QueuesRetries",
    "sqs:SendMessage on ReplaySteps",
  ],
  RoutesAuthorizeRole: ["dynamodb:GetItem,UpdateItem on StorageApiKeys", `${writeLogs} on RoutesAuthorizeLogs`],
  RoutesIngestRole: ["kinesis:PutRecord,PutRecords on EventsStream", `${writeLogs} on RoutesIngestLogs`],
};

/** The wildcards in what roles may do, each with its reason. */
const reviewedWildcards: Readonly<Record<string, string>> = {
  "StorageBucket/aws/lambda/*": "Lambda picks the keys of failed windows.",
  "StorageBucket/batches/*": "The keys of bodies follow from batch ids to come.",
  "StorageBucket/quarantine/*": "The keys of quarantined records follow from sequence numbers to come.",
};

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === "string" ? [value] : value);

const describeStatement = ({ Action, Condition = {}, Effect, Resource }: Statement): readonly string[] => {
  const [service = ""] = listOf(Action)[0]?.split(":") ?? [];
  const actions = listOf(Action).map((action) => action.replace(`${service}:`, ""));
  const conditions = Object.values(Condition).flatMap((condition) =>
    Object.entries(condition).map(([name, value]) => ` if ${name}=${value}`),
  );
  const effect = Effect === "Allow" ? "" : `${Effect} `;
  return listOf(Resource).map(
    (resource) => `${effect}${service}:${actions.join(",")} on ${resource}${conditions.join("")}`,
  );
};

const template = synthTemplate();
const policies = [...resourcesOf<Policy>(template, "AWS::IAM::Policy").values()];

it("gives every function's role the reviewed statements and no other", () => {
  const actual = Object.fromEntries(
    policies.map(({ PolicyDocument, Roles }) => [
      Roles.join(),
      PolicyDocument.Statement.flatMap(describeStatement).toSorted(),
    ]),
  );
  const expected = Object.fromEntries(
    Object.entries(reviewed).map(([role, statements]) => [role, statements.toSorted()]),
  );
  expect(actual).toEqual(expected);
});

it("has no wildcard action, and no wildcard resource without a reason", () => {
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  expect(statements.length).toBeGreaterThan(10);
  expect(statements.flatMap(({ Action }) => listOf(Action)).filter((action) => action.includes("*"))).toEqual([]);
  const wildcards = new Set(
    statements.flatMap(({ Resource }) => listOf(Resource)).filter((resource) => resource.includes("*")),
  );
  expect([...wildcards].toSorted()).toEqual(Object.keys(reviewedWildcards));
});

it("attaches one managed policy: the one for API Gateway's log role", () => {
  const managed = Object.entries(template.Resources).flatMap(([id, { Properties }]) =>
    ((Properties["ManagedPolicyArns"] ?? []) as readonly string[]).map((arn) => `${id}: ${arn}`),
  );
  expect(managed).toEqual([
    "RestApiCloudWatchRole: arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
  ]);
  expect(Object.values(template.Resources).filter(({ Properties }) => "Policies" in Properties)).toEqual([]);
});

it("opens resources to nobody: resource policies only deny, but for the key's account and the API's calls", () => {
  const documents = [
    ...resourcesOf<Policy>(template, "AWS::S3::BucketPolicy").values(),
    ...resourcesOf<Policy>(template, "AWS::SQS::QueuePolicy").values(),
  ];
  expect(documents).toHaveLength(7);
  const effects = documents.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map(({ Effect }) => Effect));
  expect(new Set(effects)).toEqual(new Set(["Deny"]));

  expect(template.Resources["StorageWebhooksKey"]?.Properties["KeyPolicy"]).toMatchObject({
    Statement: [{ Principal: { AWS: "arn:aws:iam::111122223333:root" } }],
  });
  for (const permission of resourcesOf(template, "AWS::Lambda::Permission").values()) {
    expect(permission).toMatchObject({ Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com" });
    expect(permission["SourceArn"]).toMatch(/^arn:aws:execute-api:us-east-1:111122223333:RestApi\//);
  }
});
