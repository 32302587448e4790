import * as z from "zod";
import type { MetricName } from "./metric-store.ts";

const emfLine = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
        Namespace: z.string(),
      }),
    ),
  }),
});

/** The metrics in a line that a function logged in the embedded metric format; none in any other line. */
export const readEmf = (line: string): readonly { readonly metric: MetricName; readonly value: number }[] => {
  if (!line.includes('"_aws"')) return [];
  const { _aws: aws, ...fields } = emfLine.parse(JSON.parse(line));
  return aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics, Namespace: namespace }) =>
    Dimensions.flatMap((names) =>
      Metrics.flatMap(({ Name: name }) => {
        const dimensions = Object.fromEntries(names.map((dimension) => [dimension, String(fields[dimension])]));
        return [fields[name]]
          .flat()
          .map((value) => ({ metric: { dimensions, name, namespace }, value: Number(value) }));
      }),
    ),
  );
};

/**
 * Whether a log line of JSON meets a metric filter's pattern: alternatives of fields that equal texts, which is what the
 * stack's filter is made of.
 */
export const matchesFilter = (pattern: string, line: Readonly<Record<string, unknown>>): boolean => {
  const terms = [...pattern.matchAll(/\$\.(\w+) = "([^"]*)"/g)];
  const known = `{ ${terms.map(([term]) => `(${term})`).join(" || ")} }`;
  if (known !== pattern) throw new Error(`A pattern of a metric filter that is not known here: ${pattern}`);
  return terms.some(([, field = "", text]) => line[field] === text);
};
