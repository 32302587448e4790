import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import * as z from "zod";
import { type IngestAccess, packEvents, postPacked } from "./ingest-events.ts";
import type { SesSender } from "./start-ses-generator.ts";
import { jsonOf } from "#shared/text/json.ts";

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
      ? { kind: "refused", text: `${status} ${errors[0]?.message ?? text.slice(0, 200)}` }
      : { kind: "taken", events: results.accepted, refused: results.quarantined };
  };
