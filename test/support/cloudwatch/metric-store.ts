/** A metric of CloudWatch: what has other dimensions is another one. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export type Statistic = "Maximum" | "SampleCount" | "Sum";

/** Data points by metric and time, as CloudWatch keeps them. */
export const createMetricStore = () => {
  const points = new Map<string, { readonly at: number; readonly value: number }[]>();
  const keyOf = ({ namespace, name, dimensions }: MetricName): string =>
    JSON.stringify([namespace, name, Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

  return {
    put: (metric: MetricName, point: { readonly at: number; readonly value: number }): void => {
      const key = keyOf(metric);
      const list = points.get(key);
      if (list === undefined) points.set(key, [point]);
      else list.push(point);
    },

    /** The statistic over `from` (included) to `to`; undefined where there is no data. */
    read: (
      metric: MetricName,
      { from, statistic, to }: { readonly from: number; readonly to: number; readonly statistic: Statistic },
    ): number | undefined => {
      const values = (points.get(keyOf(metric)) ?? [])
        .filter(({ at }) => at >= from && at < to)
        .map(({ value }) => value);
      if (values.length === 0) return undefined;
      if (statistic === "SampleCount") return values.length;
      return statistic === "Maximum" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0);
    },
  };
};

export type MetricStore = ReturnType<typeof createMetricStore>;
