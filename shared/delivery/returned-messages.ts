/** A message that failed, and how long it is to stay away. */
export interface ReturnedMessage {
  /** Of the queue that it came from. */
  readonly queueArn: string;
  readonly receiptHandle: string;
  readonly seconds: number;
}

/** Messages that go back to their queues. */
export interface ReturnedMessages {
  /** Hides messages for another time than their queue would. Throws when one is not hidden. */
  readonly hide: (messages: readonly ReturnedMessage[]) => Promise<void>;
}
