import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import * as z from "zod";
import type { InvocationResult } from "../functions/environment.ts";
import { region } from "../template/resource-identity.ts";

const messageAttribute = ({ DataType, StringValue, BinaryValue }: MessageAttributeValue) => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
});

/** A message in the JSON that the function gets. */
export const sqsRecord = (message: Message, queueArn: string): string =>
  JSON.stringify({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, messageAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody,
    ...(message.MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  });

/** Lambda's limit of an event; AWS does not say which megabyte it counts. */
const maxEventBytes = 6_000_000;
/** Bytes of a record around its message's body. */
const recordEnvelopeBytes = 1_000;

/** Divides messages so that each part fits one event. */
export const divideBySize = (messages: readonly Message[]): readonly (readonly Message[])[] => {
  const parts: Message[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    // Quotes and backslashes double in JSON.
    const size = 2 * Buffer.byteLength(message.Body ?? "") + recordEnvelopeBytes;
    if (bytes + size > maxEventBytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(message);
    bytes += size;
  }
  return parts;
};

const report = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().nullish() })).nullish() })
  .nullish();

interface SuccessOptions {
  readonly result: InvocationResult;
  readonly messages: readonly Message[];
  readonly reportsFailures: boolean;
}

/** The messages to delete after an invocation: none if it failed, or if it reported what it had not been given. */
export const succeededMessages = ({ result, messages, reportsFailures }: SuccessOptions): readonly Message[] => {
  if (result.kind === "failed") return [];
  if (!reportsFailures) return messages;
  const answer = report.safeParse(JSON.parse(result.payload));
  if (!answer.success) return [];
  const failed = new Set((answer.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier ?? ""));
  const given = new Set(messages.map(({ MessageId }) => MessageId ?? ""));
  if ([...failed].some((id) => !given.has(id))) return [];
  return messages.filter(({ MessageId }) => !failed.has(MessageId ?? ""));
};
