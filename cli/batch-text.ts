import type { Attempt, BatchDetail } from "./answers/batch.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { utcClock, duration, relative } from "#shared/text/times.ts";
import type { CommandTerminal } from "./run-command.ts";
import { plain } from "#shared/text/plain.ts";
import { shortId } from "#shared/text/ids.ts";

type Paint = CommandTerminal["paint"];

/** One line of a batch and one of its attempts. */
export const attemptLine = (batch: BatchDetail, attempt: Attempt, paint: Paint): string => {
  const isLast = attempt.n === batch.attempts.at(-1)?.n;
  return [
    utcClock(attempt.started_at),
    shortId(batch.batch_id),
    counted(batch.events, "event").padEnd(8),
    ...(attempt.n === 1 ? [typesText(batch.event_types), closedText(batch)] : []),
    outcomeText(attempt, paint),
    `attempt ${attempt.n}`,
    ...(isLast ? [fateText(batch, attempt)] : []),
  ]
    .filter((part) => part !== "")
    .join("  ");
};

/** One line of a batch that ended without being delivered; undefined for others. */
export const endLine = (batch: BatchDetail, paint: Paint): string | undefined => {
  const { state, ended_at: endedAt, split_into: parts = [] } = batch;
  const start = `${utcClock(endedAt ?? new Date().toISOString())}  ${shortId(batch.batch_id)}  ${counted(batch.events, "event")}`;
  if (state === "expired")
    return `${start}  ${paint("red", "✖")} expired after ${counted(batch.attempts.length, "attempt")}`;
  if (state === "split") return `${start}  split into ${parts.map(shortId).join(" and ")}`;
  return undefined;
};

/** How an attempt ended. */
export const outcomeText = (attempt: Attempt, paint: Paint): string => {
  const { status, reason, error_code: code, latency_ms: latencyMs } = attempt;
  if (attempt.outcome === "delivered") return `${paint("green", "✔")} ${status ?? ""} in ${duration(latencyMs)}`;
  const got = [reason, status ?? code].filter((part) => part !== undefined).join(" ");
  return `${paint("red", "✖")} ${plain(got)} in ${duration(latencyMs)}`;
};

/** How many events a batch has of each type, most first. */
export const typesText = (types: Readonly<Record<string, number>> = {}): string =>
  Object.entries(types)
    .toSorted(([, a], [, b]) => b - a)
    .map(([type, events]) => `${plain(type)} ${count(events)}`)
    .join(" · ");

/** Why a batch was closed, and after how long. */
export const closedText = (batch: Pick<BatchDetail, "closed_by" | "closed_at" | "created_at">): string => {
  const { closed_by: by, closed_at: at, created_at: createdAt } = batch;
  if (by === undefined) return "";
  const age = at === undefined ? "" : ` ${duration(Date.parse(at) - Date.parse(createdAt))}`;
  return `closed by ${plain(by)}${by === "window" ? age : ""}`;
};

/** What comes after an attempt. */
const fateText = (batch: BatchDetail, attempt: Attempt): string => {
  if (attempt.outcome === "delivered") {
    const [first] = batch.attempts;
    if (first === undefined || first.n === attempt.n) return "";
    return `recovered after ${duration(Date.parse(attempt.started_at) - Date.parse(first.started_at))}`;
  }
  if (batch.ended_at !== undefined) return "";
  const next = batch.next_attempt_at === undefined ? "" : `next ${relative(batch.next_attempt_at, Date.now())}`;
  return [next, `expires ${relative(batch.expires_at, Date.now())}`].filter((part) => part !== "").join("  ");
};
