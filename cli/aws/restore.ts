import { NodeHttpHandler } from "@smithy/node-http-handler";
import * as z from "zod";
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, S3Client, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
import { sesDocuments } from "#shared/contract/ses-documents.ts";
import { writeLinesHeader } from "#shared/events/record-header.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { CliError, exitCodes } from "../errors.ts";
import { readStackOutputs } from "./stack.ts";

/** A record as the stream takes it. */
export interface StoredRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
}

/** What an object of the bucket holds for the stream. */
export interface StoredRecords {
  readonly records: readonly StoredRecord[];
  /** Why they are there, one text a record. */
  readonly problems: readonly string[];
  /** Set when they are no records of the stream, but messages of the queue of Amazon SES's documents. */
  readonly messages?: readonly DocumentMessage[];
}

/** A message of the queue of Amazon SES's documents. */
export interface DocumentMessage {
  readonly body: string;
  /** Whose it is, where the key by which it came has said so. */
  readonly customerId: string | undefined;
}

const kinesisEvent = z.object({
  Records: z.array(z.object({ kinesis: z.object({ data: z.base64(), partitionKey: z.string().min(1) }) })).min(1),
});

/** What Lambda writes of a window that it gave up: AWS documents the event as text, and as an object elsewhere. */
const failedWindow = z.object({
  requestContext: z.object({ condition: z.string() }),
  payload: z.union([
    z
      .string()
      .transform((text, context) => {
        try {
          return JSON.parse(text) as unknown;
        } catch {
          context.addIssue("'payload' is not JSON");
          return z.NEVER;
        }
      })
      .pipe(kinesisEvent),
    kinesisEvent,
  ]),
});

const quarantinedRecord = z.object({
  partitionKey: z.string().min(1),
  shard: z.string().exactOptional(),
  pieces: z
    .array(z.object({ problem: z.string(), data: z.base64(), customerId: z.string().min(1).exactOptional() }))
    .min(1),
});

/** The records of a window that was given up, as they were on the stream. Throws what is wrong with an object of another form. */
export const readFailedWindow = (text: string): StoredRecords => {
  const { payload, requestContext } = failedWindow.parse(JSON.parse(text));
  return {
    records: payload.Records.map(({ kinesis: { data, partitionKey } }) => ({
      data: Buffer.from(data, "base64"),
      partitionKey,
    })),
    problems: payload.Records.map(() => requestContext.condition),
  };
};

/**
 * The unreadable pieces of a record, one record each. What the ingest API wrote keeps the customer of its key, whatever the
 * events say; the given customer is for pieces that have none.
 */
export const readQuarantined = (text: string, customerId: string | undefined): StoredRecords => {
  const { partitionKey, pieces, shard } = quarantinedRecord.parse(JSON.parse(text));
  if (shard === sesDocuments.quarantineShard) {
    const messages = pieces.map((piece) => ({
      body: Buffer.from(piece.data, "base64").toString(),
      customerId: piece.customerId ?? customerId,
    }));
    return { records: [], problems: pieces.map(({ problem }) => problem), messages };
  }
  return {
    records: pieces.map((piece) => {
      const data = Buffer.from(piece.data, "base64");
      const owner = piece.customerId ?? customerId;
      return { data: owner === undefined ? data : Buffer.concat([writeLinesHeader(owner), data]), partitionKey };
    }),
    problems: pieces.map(({ problem }) => problem),
  };
};

/** Where objects are read and deleted, and where their records go. */
export interface RestorePlaces {
  readonly s3: S3Client;
  readonly kinesis: KinesisClient;
  readonly bucketName: string;
  readonly streamName: string;
  /** Absent where the stack takes no documents of Amazon SES. */
  readonly documents?: { readonly sqs: SQSClient; readonly queueUrl: string };
}

/** Which objects, and how to read one. */
export interface RestoreWhat {
  readonly prefix: string;
  readonly read: (text: string) => StoredRecords;
}

/** What became of one object, or of it in a plan. */
export type ObjectOutcome =
  | { readonly kind: "planned" | "restored"; readonly key: string; readonly problems: readonly string[] }
  /** The object stays: it could not be read, or the stream did not take all of its records. */
  | { readonly kind: "kept"; readonly key: string; readonly reason: string };

/** Reads every object and tells what restoring it would do. */
export const planRestore = async function* (
  { bucketName, s3 }: RestorePlaces,
  what: RestoreWhat,
): AsyncGenerator<ObjectOutcome> {
  for await (const key of keysBelow({ bucketName, prefix: what.prefix, s3 })) {
    const stored = await readObject({ bucketName, key, s3 }, what.read);
    yield "reason" in stored
      ? { kind: "kept", key, reason: stored.reason }
      : { kind: "planned", key, problems: stored.problems };
  }
};

/**
 * Puts the records of a plan's objects back on the stream, object by object. An object is deleted once the stream has taken
 * all of its records, so that what is interrupted can be done again: then some records come twice, and none is lost. What is
 * put aside meanwhile stays: records that still cannot be read come back under new keys, and would go round without end.
 */
export const restoreObjects = async function* (
  places: RestorePlaces,
  what: Pick<RestoreWhat, "read">,
  keys: readonly string[],
): AsyncGenerator<ObjectOutcome> {
  const { bucketName, kinesis, s3, streamName } = places;
  const stream = eventStream({ client: kinesis, streamName });
  for (const key of keys) {
    const stored = await readObject({ bucketName, key, s3 }, what.read);
    if ("reason" in stored) {
      yield { kind: "kept", key, reason: stored.reason };
      continue;
    }
    const refused =
      stored.messages === undefined
        ? await putRecords(stream, stored.records)
        : await sendDocuments(places.documents, stored.messages);
    if (refused !== undefined) {
      yield { kind: "kept", key, reason: refused };
      continue;
    }
    await s3.send(new DeleteObjectCommand({ Bucket: bucketName, Key: key }));
    yield { kind: "restored", key, problems: stored.problems };
  }
};

/** Returns why not all were taken. */
const putRecords = async (
  stream: ReturnType<typeof eventStream>,
  records: StoredRecords["records"],
): Promise<string | undefined> => {
  const refusal = await stream.putAll(records);
  if (refusal.records.length === 0) return undefined;
  const cause = refusal.cause instanceof Error ? refusal.cause.message : String(refusal.cause);
  return `the stream did not take ${refusal.records.length} of ${records.length} records: ${cause}`;
};

const sendDocuments = async (
  documents: RestorePlaces["documents"],
  messages: readonly DocumentMessage[],
): Promise<string | undefined> => {
  if (documents === undefined)
    return "it holds documents of Amazon SES, which the stack does not take: sesEvents is off";
  for (const { body, customerId } of messages) {
    const attribute = { DataType: "String", StringValue: customerId };
    await documents.sqs.send(
      new SendMessageCommand({
        QueueUrl: documents.queueUrl,
        MessageBody: body,
        ...(customerId === undefined ? {} : { MessageAttributes: { [sesDocuments.customerAttribute]: attribute } }),
      }),
    );
  }
  return undefined;
};

const keysBelow = async function* (input: {
  readonly bucketName: string;
  readonly prefix: string;
  readonly s3: S3Client;
}): AsyncGenerator<string> {
  const pages = paginateListObjectsV2({ client: input.s3 }, { Bucket: input.bucketName, Prefix: input.prefix });
  for await (const { Contents = [] } of pages) {
    for (const { Key } of Contents) if (Key !== undefined) yield Key;
  }
};

const readObject = async (
  { bucketName, key, s3 }: { readonly bucketName: string; readonly key: string; readonly s3: S3Client },
  read: RestoreWhat["read"],
): Promise<StoredRecords | { readonly reason: string }> => {
  const found = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: key })).catch((error: unknown) => {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  });
  if (found === undefined) return { reason: "it is gone: restored by another run, or past its time" };
  const text = (await found.Body?.transformToString()) ?? "";
  try {
    return read(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { reason: `it cannot be read: ${reason}` };
  }
};

/** Where a stack keeps what is put aside, and where it goes back to; its clients are for the caller to destroy. */
export const placesOf = async (stack: string): Promise<RestorePlaces> => {
  const { BucketName: bucketName, SesQueueUrl: queueUrl, StreamName: streamName } = await readStackOutputs(stack);
  if (bucketName === undefined || streamName === undefined) {
    throw new CliError(exitCodes.failed, {
      message: `The stack ${stack} has no outputs BucketName and StreamName`,
      fix: "Check --stack: it must name a finished deployment of Tidepost.",
    });
  }
  return {
    s3: new S3Client(),
    kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler() }),
    bucketName,
    streamName,
    ...(queueUrl === undefined ? {} : { documents: { sqs: new SQSClient(), queueUrl } }),
  };
};
