/** Labels of fields that remedies name, too. */
export const formLabels = {
  target: "Target",
  batchSize: "Maximum events in a batch",
  maxBatchKilobytes: "Largest body in KB",
} as const;
