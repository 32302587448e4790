import { DependencyError } from "./errors.ts";
import type { StreamRecord, StreamWriter } from "./stream.ts";
import { type HealthEvent, type Subject, healthEnvelope } from "./webhooks/health-events.ts";

/** Puts an event about a webhook on the stream, as its customer's other events are. Throws when the stream does not take it. */
export const putHealthEvent = async (
  { stream, now }: { readonly stream: StreamWriter<StreamRecord>; readonly now: () => number },
  subject: Subject,
  event: HealthEvent,
): Promise<void> => {
  const data = Buffer.from(JSON.stringify(healthEnvelope(subject, event, now())));
  const { records, cause } = await stream.putAll([{ data, partitionKey: subject.customerId }]);
  if (records.length > 0) throw new DependencyError("The stream did not take an event about a webhook", { cause });
};
