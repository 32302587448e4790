import * as z from "zod";
import { sesDocuments } from "#shared/contract/ses-documents.ts";
import { writeRecordHeader } from "#shared/events/record-header.ts";

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
      return { data: owner === undefined ? data : Buffer.concat([writeRecordHeader(owner), data]), partitionKey };
    }),
    problems: pieces.map(({ problem }) => problem),
  };
};
