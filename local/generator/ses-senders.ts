import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { SesSender } from "./start-ses-generator.ts";

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
