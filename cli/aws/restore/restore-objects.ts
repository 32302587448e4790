import { DeleteObjectCommand, GetObjectCommand, type S3Client, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { sesDocuments } from "#shared/contract/ses-documents.ts";
import type { DocumentMessage, StoredRecords } from "./stored-records.ts";

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
 * Puts the records of every object back on the stream, object by object. An object is deleted once the stream has taken all
 * of its records, so that what is interrupted can be done again: then some records come twice, and none is lost.
 */
export const restoreObjects = async function* (
  places: RestorePlaces,
  what: RestoreWhat,
): AsyncGenerator<ObjectOutcome> {
  const { bucketName, kinesis, s3, streamName } = places;
  const stream = eventStream({ client: kinesis, streamName });
  for await (const key of keysBelow({ bucketName, prefix: what.prefix, s3 })) {
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
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: key }));
  const text = (await Body?.transformToString()) ?? "";
  try {
    return read(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { reason: `it cannot be read: ${reason}` };
  }
};
