import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import * as z from "zod";
import type { Account } from "./ledger.ts";
import { mixHappenings, type MixName } from "./mix.ts";
import { startPacer } from "./pacer.ts";
import { createRandom } from "./random.ts";
import { sesDocument, sesEventKeys } from "./ses-document.ts";
import { type Generator, onceEach } from "./start-generator.ts";
import { type IngestAccess, packEvents, postPacked } from "./ingest-events.ts";
import { jsonOf } from "#shared/text/json.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** What became of documents that were sent. */
export type SesAnswer =
  | { readonly kind: "taken"; readonly events: number; readonly refused: number }
  | { readonly kind: "refused" | "unanswered"; readonly text: string };

/** Sends documents, one a text. */
export type SesSender = (documents: readonly string[]) => Promise<SesAnswer>;

export interface SesGeneratorOptions {
  /** Documents a second. */
  readonly rate: number;
  readonly mix: MixName;
  /** 32-bit integer. */
  readonly seed: number;
  readonly send: SesSender;
  /** Most documents of one request. */
  readonly maxPerRequest: number;
  /** Called when documents could not be sent, once for a run of the same trouble. */
  readonly onProblem: (text: string) => void;
}

/** Beginning of the id of every message of a run. */
export const messageIdPrefixOf = (seed: number): string => `01${seed.toString(16).padStart(8, "0")}-`;

/** Documents that are made at a time. */
const blockDocuments = 1_000;

/** Starts to send documents as Amazon SES writes them, each about one recipient, and counts what becomes of them. */
export const startSesGenerator = (options: SesGeneratorOptions): Generator => {
  const { mix, rate, seed, send: sendDocuments, maxPerRequest } = options;
  const messageIdPrefix = messageIdPrefixOf(seed);
  const next = documentsOf(mix, seed, messageIdPrefix);
  const counts = { sent: 0, accepted: 0, refused: 0, unanswered: 0, duplicates: 0 };
  const delivered = new Set<string>();
  const tell = onceEach(options.onProblem);

  const send = async (count: number): Promise<void> => {
    const documents = Array.from({ length: count }, () => next.next().value);
    counts.sent += count;
    const answer = await sendDocuments(documents);
    if (answer.kind === "taken") {
      counts.accepted += answer.events;
      counts.refused += answer.refused;
    } else counts[answer.kind] += count;
    tell(answer.kind === "taken" ? "" : `Documents could not be sent: ${answer.text}`);
  };

  const account = (): Account => ({
    ...counts,
    delivered: delivered.size,
    missing: Math.max(0, counts.accepted - delivered.size),
    latency: undefined,
  });
  const arrived = (eventIds: readonly string[]): void => {
    for (const eventId of eventIds) {
      if (delivered.has(eventId)) counts.duplicates += 1;
      delivered.add(eventId);
    }
  };
  return { ledger: { account, arrived }, ...startPacer({ mix, rate, maxPerRequest, send }) };
};

/** An endless sequence of documents. Each block of them ends at the time at which it is made. */
const documentsOf = function* (mix: MixName, seed: number, prefix: string): globalThis.Generator<string, never> {
  for (let block = 0; ; block += 1) {
    const random = createRandom(seed + block);
    const span = { seed, count: blockDocuments, startedAt: 0, keys: sesEventKeys };
    const happenings = mixHappenings(mix, span, random);
    const shiftMs = Date.now() - Math.max(...happenings.map(({ at }) => at));
    for (const { at, message, ...rest } of happenings) {
      const shifted = { ...message, injectedAt: message.injectedAt + shiftMs };
      const happening = { ...rest, at: at + shiftMs, message: shifted };
      const document = sesDocument({ happening, idPrefix: `${prefix}${block}-`, random });
      if (document !== undefined) yield JSON.stringify(document);
    }
  }
};

/** Most messages of one PublishBatch. */
export const maxTopicMessages = 10;

/** Publishes documents on a topic, as Amazon SES does. Each is about one recipient, and becomes one event. */
export const topicSender =
  (client: SNSClient, topicArn: string): SesSender =>
  async (documents) => {
    try {
      const { Failed = [] } = await client.send(
        new PublishBatchCommand({
          TopicArn: topicArn,
          PublishBatchRequestEntries: documents.map((Message, index) => ({ Id: String(index), Message })),
        }),
      );
      return { kind: "taken", events: documents.length - Failed.length, refused: Failed.length };
    } catch (error) {
      return { kind: "unanswered", text: error instanceof Error ? error.message : String(error) };
    }
  };

/** Most documents of one request. */
export const maxRequestDocuments = 1_000;

const answerBody = z.object({
  results: z.object({ accepted: z.number(), quarantined: z.number() }).optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

/** POSTs documents to the API. */
export const apiSender =
  (access: IngestAccess): SesSender =>
  async (documents) => {
    const packed = await packEvents(Buffer.from(documents.map((document) => `${document}\n`).join("")));
    const { status, text } = await postPacked(access, "/ingest/ses", packed);
    if (status === undefined) return { kind: "unanswered", text };
    const { results, errors = [] } = answerBody.safeParse(jsonOf(text)).data ?? {};
    return results === undefined
      ? { kind: "refused", text: `${status} ${errors[0]?.message ?? beginningOf(text, 200)}` }
      : { kind: "taken", events: results.accepted, refused: results.quarantined };
  };
