import type { IncomingHttpHeaders } from "node:http";
import { accountId, region } from "../template/resource-identity.ts";

/** What a request asks to do, such as `dynamodb:PutItem`, and to which resource; undefined: the request does not name it. */
export interface Asked {
  readonly action: string;
  readonly resourceArn: string | undefined;
}

const arn = (service: string, path: string): string => `arn:aws:${service}:${region}:${accountId}:${path}`;

/** The operation that a request of AWS's JSON protocols names: `PutItem` of `DynamoDB_20120810.PutItem`. */
const operationOf = (headers: IncomingHttpHeaders): string => String(headers["x-amz-target"] ?? "").split(".")[1] ?? "";

interface DynamodbBody {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

/** What a request to DynamoDB asks for: one action on an index, a table, or on several tables. */
export const askedOfDynamodb = (headers: IncomingHttpHeaders, body: Buffer): readonly Asked[] => {
  const action = `dynamodb:${operationOf(headers)}`;
  const { TableName: table, IndexName: index, RequestItems: items = {} } = JSON.parse(body.toString()) as DynamodbBody;
  const tables = table === undefined ? Object.keys(items) : [table];
  if (tables.length === 0) return [{ action, resourceArn: undefined }];
  return tables.map((name) => {
    const tableArn = name.startsWith("arn:") ? name : arn("dynamodb", `table/${name}`);
    return { action, resourceArn: index === undefined ? tableArn : `${tableArn}/index/${index}` };
  });
};

/** The value of a field of a JSON text, from its end: megabytes of records, which come first, are not read for it. */
const lastString = (body: Buffer, field: string): string | undefined => {
  const key = `"${field}":"`;
  const at = body.lastIndexOf(key);
  return at === -1 ? undefined : body.toString("utf8", at + key.length, body.indexOf('"', at + key.length));
};

/** What a request to Kinesis asks for. One by an iterator does not say of which stream. */
export const askedOfKinesis = (headers: IncomingHttpHeaders, body: Buffer): readonly Asked[] => {
  const name = lastString(body, "StreamName");
  const resourceArn =
    lastString(body, "StreamARN") ?? (name === undefined ? undefined : arn("kinesis", `stream/${name}`));
  return [{ action: `kinesis:${operationOf(headers)}`, resourceArn }];
};

/** Permissions for a call are also those for the same call with several messages. */
const singleOf = (operation: string): string => operation.replace(/Batch$/, "");

/** What a request to SQS asks for. */
export const askedOfSqs = (headers: IncomingHttpHeaders, { QueueUrl: url }: { readonly QueueUrl?: string }): Asked => ({
  action: `sqs:${singleOf(operationOf(headers))}`,
  resourceArn: url === undefined ? undefined : arn("sqs", url.slice(url.lastIndexOf("/") + 1)),
});

/** What a request to SNS asks for. */
export const askedOfSns = ({
  Action: action = "",
  TopicArn: resourceArn,
}: {
  readonly Action?: string;
  readonly TopicArn?: string;
}): Asked => ({ action: `sns:${singleOf(action)}`, resourceArn });

const objectActions: Readonly<Record<string, string>> = {
  DELETE: "s3:DeleteObject",
  GET: "s3:GetObject",
  HEAD: "s3:GetObject",
  POST: "s3:PutObject",
  PUT: "s3:PutObject",
};
const bucketActions: Readonly<Record<string, string>> = {
  DELETE: "s3:DeleteBucket",
  GET: "s3:ListBucket",
  HEAD: "s3:ListBucket",
  PUT: "s3:CreateBucket",
};

const objectArn = (bucket: string, key: string): string => `arn:aws:s3:::${bucket}/${key}`;

/** What a request to S3 asks for, by a URL with the bucket in its path. */
export const askedOfS3 = (method: string, url: string, body: Buffer | undefined): readonly Asked[] => {
  const { pathname, searchParams } = new URL(url, "http://s3");
  const [bucket = "", ...rest] = pathname.slice(1).split("/");
  const key = decodeURIComponent(rest.join("/"));
  if (key !== "") return [{ action: objectActions[method] ?? `s3:${method}`, resourceArn: objectArn(bucket, key) }];
  if (method === "POST" && searchParams.has("delete")) {
    const keys = Array.from(String(body).matchAll(/<Key>([^<]*)<\/Key>/g), ([, name = ""]) => name);
    return keys.map((name) => ({ action: "s3:DeleteObject", resourceArn: objectArn(bucket, name) }));
  }
  if (bucket === "") return [{ action: "s3:ListAllMyBuckets", resourceArn: undefined }];
  return [{ action: bucketActions[method] ?? `s3:${method}`, resourceArn: `arn:aws:s3:::${bucket}` }];
};
