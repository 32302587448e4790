import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { sesDocuments } from "#shared/contract/ses-documents.ts";
import type { QuarantinedRecord, Undecodable } from "#shared/events/decode-record.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { MappingOptions } from "./map-document.ts";
import type { PackedRecord } from "#shared/events/pack-records.ts";
import type { StreamWriter } from "#shared/stream.ts";
import { createRecordWriter } from "./record-writer.ts";
import { takeText, type TextFacts } from "./take-text.ts";

export interface TakeMessagesDeps {
  readonly mapping: MappingOptions;
  readonly quarantine: Quarantine;
  readonly stream: StreamWriter<PackedRecord>;
  readonly telemetry: Telemetry;
}

export interface Quarantine {
  readonly put: (record: QuarantinedRecord) => Promise<void>;
}

/**
 * Puts the events of a batch of messages on the stream, and what is no document of SES in quarantine. A message is
 * acknowledged when all of it is in either place; any other comes again, and so do events with the same ids.
 */
export const takeMessages = async (
  deps: TakeMessagesDeps,
  messages: readonly SQSRecord[],
): Promise<SQSBatchResponse> => {
  const { mapping, quarantine, stream, telemetry } = deps;
  const writer = createRecordWriter(stream);
  const failed = new Set<number>();
  const taken = new Map<number, TextFacts>();

  for (const [index, message] of messages.entries()) {
    // A stream that refuses has been asked for seconds; what has not been mapped yet waits for the next receive.
    if (writer.refusal() !== undefined) {
      failed.add(index);
      continue;
    }
    try {
      const facts = await takeText(Buffer.from(message.body), {
        line: index,
        mapping: mappingOf(message, mapping),
        writer,
      });
      if (facts.pieces.length > 0) await quarantine.put(quarantinedRecord(message, facts.pieces));
      taken.set(index, facts);
    } catch (error) {
      failed.add(index);
      telemetry.messageFailed({ messageId: message.messageId, error });
    }
  }
  await writer.flush();

  const refusal = writer.refusal();
  for (const line of writer.refusedLines()) failed.add(line);
  const acknowledged = [...taken].filter(([index]) => !failed.has(index)).map(([, facts]) => facts);
  const sum = (name: "events" | "ignored" | "quarantined" | "setup"): number =>
    acknowledged.reduce((total, facts) => total + facts[name], 0);
  telemetry.documentsTaken({
    messages: messages.length,
    failed: failed.size,
    events: sum("events"),
    ignored: sum("ignored"),
    quarantined: sum("quarantined"),
    setup: sum("setup"),
  });
  if (refusal !== undefined) telemetry.messagesRefused({ messages: failed.size, cause: refusal.cause });
  return { batchItemFailures: [...failed].map((index) => ({ itemIdentifier: messages[index]?.messageId ?? "" })) };
};

/** Whose documents a message holds may be known: from the key by which they came before they were put aside. */
const ownerOf = (message: SQSRecord): string | undefined =>
  message.messageAttributes[sesDocuments.customerAttribute]?.stringValue;

const mappingOf = (message: SQSRecord, mapping: MappingOptions): MappingOptions => {
  const customerId = ownerOf(message);
  return customerId === undefined ? mapping : { ...mapping, customerId, isCustomerTagTrusted: false };
};

/** The same object when the message comes again. */
const quarantinedRecord = (message: SQSRecord, pieces: readonly Undecodable[]): QuarantinedRecord => ({
  shard: sesDocuments.quarantineShard,
  sequenceNumber: message.messageId,
  partitionKey: sesDocuments.quarantineShard,
  arrivedAt: new Date(Number(message.attributes.SentTimestamp)).toISOString(),
  pieces: pieces.map(({ bytes, problem }) => {
    const customerId = ownerOf(message);
    return { bytes, problem, ...(customerId === undefined ? {} : { customerId }) };
  }),
});
