import * as z from "zod";
import { metricsDays } from "#shared/contract/limits.ts";
import { RequestError } from "#shared/errors.ts";
import { queryTime } from "./query-time.ts";

const hourMs = 60 * 60 * 1_000;
const defaultHours = 24;

/** Query of `GET /webhooks/{id}/metrics`. */
export const metricsQuery = z.object({ from: queryTime.exactOptional(), to: queryTime.exactOptional() });

/** The time range that a query means, in Unix milliseconds; by default the last 24 hours. Throws 400 for an impossible one. */
export const metricsRange = (
  query: z.output<typeof metricsQuery>,
  now: number,
): { readonly from: number; readonly to: number } => {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const from = query.from === undefined ? to - (defaultHours - 1) * hourMs : Date.parse(query.from);
  if (from >= to) throw badRange("'from' must be earlier than 'to'");
  if (to - from > metricsDays * 24 * hourMs) throw badRange(`'from' must be at most ${metricsDays} days before 'to'`);
  return { from, to };
};

const badRange = (message: string): RequestError =>
  new RequestError(400, { message, description: `Counters are kept for ${metricsDays} days.`, code: "1200" });
