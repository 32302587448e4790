import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const moduleOf = (name: string): string => JSON.stringify(import.meta.resolve(name));

/** Takes an entry and queues it. */
const signCode = `
  import { SQSClient, SendMessageCommand } from ${moduleOf("@aws-sdk/client-sqs")};
  const sqs = new SQSClient({});
  export const handler = async ({ body }) => {
    await sqs.send(new SendMessageCommand({ QueueUrl: process.env.ENTRIES_URL, MessageBody: body }));
    return { statusCode: 202, body: "" };
  };`;

/** Stores queued entries. */
const storeCode = `
  import { DynamoDBClient, PutItemCommand } from ${moduleOf("@aws-sdk/client-dynamodb")};
  const dynamodb = new DynamoDBClient({});
  export const handler = async ({ Records }) => {
    for (const { messageId, body } of Records) {
      const Item = { id: { S: messageId }, text: { S: body } };
      await dynamodb.send(new PutItemCommand({ TableName: process.env.BOOK, Item }));
    }
  };`;

/** Lists what is stored. */
const readCode = `
  import { DynamoDBClient, ScanCommand } from ${moduleOf("@aws-sdk/client-dynamodb")};
  const dynamodb = new DynamoDBClient({});
  export const handler = async () => {
    const { Items } = await dynamodb.send(new ScanCommand({ TableName: process.env.BOOK }));
    return { statusCode: 200, body: JSON.stringify(Items.map(({ text }) => text.S)) };
  };`;

const code = { Sign: signCode, Store: storeCode, Read: readCode };

const functionResource = (name: string, variables: object) => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    Code: { S3Bucket: { "Fn::Sub": "assets-${AWS::AccountId}" }, S3Key: `${name}.zip` },
    Description: "A page of the guest book",
    Environment: { Variables: variables },
    Handler: "index.handler",
    MemorySize: 256,
    Role: { "Fn::GetAtt": ["Role", "Arn"] },
    Runtime: "nodejs24.x",
    Timeout: 10,
  },
});

const methodResource = (HttpMethod: string, target: string) => ({
  Type: "AWS::ApiGateway::Method",
  Properties: {
    RestApiId: { Ref: "Api" },
    ResourceId: { Ref: "EntriesPath" },
    HttpMethod,
    AuthorizationType: "NONE",
    Integration: {
      Type: "AWS_PROXY",
      IntegrationHttpMethod: "POST",
      Uri: {
        "Fn::Sub": `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${target}.Arn}/invocations`,
      },
    },
  },
});

/** A role that may do some actions, to anything. */
export const roleWith = (...Action: readonly string[]) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {},
    Policies: [{ PolicyName: "own", PolicyDocument: { Statement: [{ Effect: "Allow", Action, Resource: "*" }] } }],
  },
});

const resources = {
  Role: roleWith("sqs:*", "dynamodb:PutItem", "dynamodb:Scan"),
  Book: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    },
  },
  Entries: { Type: "AWS::SQS::Queue", Properties: { VisibilityTimeout: 60 } },
  Sign: functionResource("Sign", { ENTRIES_URL: { Ref: "Entries" } }),
  Store: functionResource("Store", { BOOK: { Ref: "Book" } }),
  Read: functionResource("Read", { BOOK: { Ref: "Book" } }),
  FromEntries: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: { EventSourceArn: { "Fn::GetAtt": ["Entries", "Arn"] }, FunctionName: { Ref: "Store" } },
  },
  Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "guest-book" } },
  Deployment: { Type: "AWS::ApiGateway::Deployment", Properties: { RestApiId: { Ref: "Api" } } },
  Stage: {
    Type: "AWS::ApiGateway::Stage",
    Properties: { RestApiId: { Ref: "Api" }, DeploymentId: { Ref: "Deployment" }, StageName: "live" },
  },
  EntriesPath: {
    Type: "AWS::ApiGateway::Resource",
    Properties: {
      RestApiId: { Ref: "Api" },
      ParentId: { "Fn::GetAtt": ["Api", "RootResourceId"] },
      PathPart: "entries",
    },
  },
  Post: methodResource("POST", "Sign"),
  Get: methodResource("GET", "Read"),
};

/** Writes the cloud assembly of a small stack, a guest book, as a synthesis does; other resources may join it. */
export const writeGuestbook = async (more: object = {}): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "emulator-guestbook-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(code)) {
    await mkdir(join(directory, `asset.${name}`));
    await writeFile(join(directory, `asset.${name}`, "index.mjs"), text);
  }
  const files = Object.keys(code).map((name) => {
    const source = { path: `asset.${name}`, packaging: "zip" };
    return [name, { source, destinations: { here: { bucketName: "assets", objectKey: `${name}.zip` } } }] as const;
  });
  const stack = { type: "aws:cloudformation:stack", properties: { templateFile: "Guestbook.template.json" } };
  const contents = {
    "manifest.json": { version: "48.0.0", artifacts: { Guestbook: stack } },
    "Guestbook.template.json": { Resources: { ...resources, ...more } },
    "Guestbook.assets.json": { version: "48.0.0", files: Object.fromEntries(files) },
  };
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(join(directory, name), JSON.stringify(content));
  }
  return directory;
};
