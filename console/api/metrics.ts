interface Numbers {
  readonly delivered: number;
  /** Batches whose first attempt failed. */
  readonly failed: number;
  readonly failed_attempts: number;
  readonly expired: number;
  readonly events: number;
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
}

/** What happened in one hour. */
export interface MetricsPoint extends Numbers {
  readonly at: string;
}

/** Answer of `GET /webhooks/{id}/metrics`. */
export interface WebhookMetrics {
  readonly from: string;
  readonly to: string;
  readonly step_ms: number;
  readonly series: readonly MetricsPoint[];
  readonly totals: Numbers;
  readonly latency_histogram: readonly { readonly le_ms: number; readonly count: number }[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, number>>;
  readonly event_types: Readonly<Record<string, number>>;
}
