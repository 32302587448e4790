import { batchStates } from "#shared/contract/words.ts";
import { batchBodyQuery, batchStatusQuery, listBatchesQuery } from "#shared/webhooks/api/batch-query.ts";
import { annotate } from "#shared/contract/api/annotate.ts";

const limit = (range: { readonly maximum: number; readonly default: number }) => ({
  description: "Most rows in the answer.",
  rules: { type: "integer", minimum: 1, ...range },
});

export const statusQuery = annotate(batchStatusQuery, { limit: limit({ maximum: 10_000, default: 1_000 }) });

const bound = (description: string) => ({
  description,
  examples: ["2026-01-02T03:04:05Z"],
  rules: { format: "date-time" },
});

export const batchesQuery = annotate(listBatchesQuery, {
  state: { description: `Comma-separated states to list: ${batchStates.join(", ")}.`, examples: ["retrying,expired"] },
  reason: {
    description: "Comma-separated reasons: only batches whose last attempt failed for one of them.",
    examples: ["response_timeout,http_5xx"],
  },
  order: { description: "Newest or oldest first.", rules: { enum: ["desc", "asc"], default: "desc" } },
  from: bound("Earliest creation, inclusive."),
  to: bound("Latest creation, exclusive."),
  limit: limit({ maximum: 1_000, default: 100 }),
  cursor: { description: "`next_cursor` of the page before." },
});

export const bodyQuery = annotate(batchBodyQuery, {
  offset: { description: "Events to leave out.", rules: { type: "integer", minimum: 0, default: 0 } },
  limit: limit({ maximum: 1_000, default: 200 }),
});
