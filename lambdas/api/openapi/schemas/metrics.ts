import { metricsQuery } from "#shared/webhooks/api/metrics-query.ts";
import { annotate } from "#shared/contract/api/annotate.ts";

const bound = (description: string) => ({
  description,
  examples: ["2026-01-02T03:00:00Z"],
  rules: { format: "date-time" },
});

export const metricsParameters = annotate(metricsQuery, {
  from: bound("First hour; 24 hours before `to` when absent, at most 31 days."),
  to: bound("Last hour; now when absent."),
});
