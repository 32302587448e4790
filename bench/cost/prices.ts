/**
 * Prices in US dollars, us-east-1. Lambda, queues, tables, storage and egress are list prices of 2024, the stream's of 2026;
 * check them against AWS's pages before deciding by them. Free tiers are left out.
 */
export const prices = {
  lambdaGbSecond: 0.0000133334,
  lambdaRequest: 0.2e-6,
  onDemandStreamHour: 0.04,
  onDemandGbIn: 0.08,
  onDemandGbOut: 0.04,
  advantageGbIn: 0.032,
  advantageGbOut: 0.016,
  /** A request of up to 64 KB. */
  sqsRequest: 0.4e-6,
  snsPublish: 0.5e-6,
  s3Put: 5e-6,
  s3Get: 0.4e-6,
  dynamodbWrite: 0.625e-6,
  dynamodbRead: 0.125e-6,
  /** A month, with point-in-time recovery. */
  dynamodbGbMonth: 0.45,
  logsGb: 0.5,
  restRequest: 3.5e-6,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  customMetricMonth: 0.3,
  keyMonth: 1,
} as const;

/** Price of a GB to the internet, by the GB of a month up to which it holds. */
const egressTiers = [
  { upToGb: 10 * 1_024, price: 0.09 },
  { upToGb: 50 * 1_024, price: 0.085 },
  { upToGb: 150 * 1_024, price: 0.07 },
  { upToGb: Number.POSITIVE_INFINITY, price: 0.05 },
] as const;

/** What a month's egress costs. */
export const egressCost = (gb: number): number => {
  let cost = 0;
  let from = 0;
  for (const { upToGb, price } of egressTiers) {
    cost += Math.max(0, Math.min(gb, upToGb) - from) * price;
    from = upToGb;
  }
  return cost;
};
