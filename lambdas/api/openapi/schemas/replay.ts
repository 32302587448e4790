import { replayRequest } from "#shared/webhooks/api/replay-request.ts";
import { annotate } from "#shared/contract/api/annotate.ts";

const bound = (description: string) => ({
  description,
  examples: ["2026-01-02T03:04:05Z"],
  rules: { type: "string", format: "date-time" },
});

export const replayBody = annotate(replayRequest, {
  from: bound("Earliest arrival of an event, inclusive; as long ago as events are kept, by default 24 hours."),
  to: bound("Latest arrival, exclusive; not in the future."),
  rate: { description: "Most batches in one second." },
  dry_run: { description: "Only count what would be sent." },
});
