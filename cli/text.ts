import { stripVTControlCharacters } from "node:util";
import { apiErrors } from "#shared/contract/api/errors.ts";
import type { Attempt, BatchWithAttempts } from "#shared/contract/api/batch.ts";
import type { ProbeResult, Timings } from "#shared/contract/api/probe.ts";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import { bytes, count, counted } from "#shared/text/numbers.ts";
import { expiryText } from "#shared/text/expiry.ts";
import { duration, timeUntil, utcClock, utcTime } from "#shared/text/times.ts";
import { plain } from "#shared/text/plain.ts";
import { shortId } from "#shared/text/ids.ts";
import type { CommandTerminal } from "./terminal.ts";
import { type ApiError, CliError, exitCodes } from "./errors.ts";

/** Which events a webhook gets. */
export const eventsText = ({ events, events_mode: mode }: Pick<Webhook, "events" | "events_mode">): string =>
  mode === "all" ? "all, also those of later versions" : events.join(", ");

/** A webhook's state, why it is so and since when. */
export const stateText = ({ state, state_reason: reason, state_since: since }: WebhookRow): string => {
  const why = reason === null || reason === state ? "" : `: ${reason}`;
  return `${state}${why}, since ${utcTime(since)}`;
};

/** What waits to be delivered, and until when; undefined when nothing waits. */
export const pendingText = (row: WebhookRow): string | undefined => {
  const { pending_batches: batches, pending_events: events, next_expiry_at: expiry } = row;
  if (batches === 0) return undefined;
  const end = expiry === undefined ? "" : `, the first expires ${timeUntil(expiry, Date.now())}`;
  return `${counted(batches, "batch", "batches")} with ${counted(events, "event")}${end}`;
};

/** All facts of a webhook. */
export const webhookFacts = (webhook: Webhook, row: WebhookRow): readonly (readonly [string, string | undefined])[] => {
  const headers = Object.entries(webhook.custom_headers).map(([name, value]) => `${name}: ${value}`);
  const { auth_type: auth, auth_token: token, auth_credentials: basic, auth_request_details: oauth } = webhook;
  return [
    ["id", webhook.id],
    ["name", webhook.name],
    ["state", stateText(row)],
    ["target", webhook.target],
    ["events", eventsText(webhook)],
    ["filter", webhook.filter === null ? undefined : JSON.stringify(webhook.filter)],
    ["fields", webhook.fields === null ? undefined : JSON.stringify(webhook.fields)],
    ["masked", webhook.mask.length === 0 ? undefined : JSON.stringify(webhook.mask)],
    ["token", token === "" ? undefined : token],
    [
      "auth",
      auth === "none" ? undefined : auth === "basic" ? `basic, ${basic.username ?? ""}` : `${auth}, ${oauth.url ?? ""}`,
    ],
    ["headers", headers.length === 0 ? undefined : headers.join(", ")],
    ["signing", webhook.signing ? "on" : undefined],
    ["compression", webhook.compression === "none" ? undefined : webhook.compression],
    ["batch size", `${counted(webhook.batch_size, "event")}, ${bytes(webhook.max_batch_bytes)}`],
    ["keeps bodies", webhook.keep_bodies_days === 0 ? undefined : `for ${counted(webhook.keep_bodies_days, "day")}`],
    ["waiting", pendingText(row)],
    ["last success", optional(webhook.last_successful)],
    ["last failure", optional(webhook.last_failure)],
    ["expired in 24 h", row.expired_24h === 0 ? undefined : counted(row.expired_24h, "batch", "batches")],
    [
      "active",
      webhook.active && Date.parse(webhook.active_at) > Date.now()
        ? timeUntil(webhook.active_at, Date.now())
        : undefined,
    ],
  ];
};

const optional = (iso: string | undefined): string | undefined => (iso === undefined ? undefined : utcTime(iso));

type Paint = CommandTerminal["paint"];

/** One line of a batch and one of its attempts; what matters least stands at the end, and is cut where there is no room. */
export const attemptLine = (
  batch: BatchWithAttempts,
  attempt: Attempt,
  { paint, columns }: Pick<CommandTerminal, "paint" | "columns">,
): string => {
  const isLast = attempt.n === batch.attempts.at(-1)?.n;
  const line = [
    utcClock(attempt.started_at),
    shortId(batch.batch_id),
    counted(batch.events, "event").padEnd(8),
    outcomeText(attempt, paint),
    `attempt ${attempt.n}`,
    ...(isLast ? [fateText(batch, attempt)] : []),
    ...(attempt.n === 1 ? [closedText(batch), typesText(batch.event_types)] : []),
  ]
    .filter((part) => part !== "")
    .join("  ");
  return columns === undefined ? line : cut(line, columns);
};

/** A line whose colours, if any, end within its first characters, in at most so many columns of a terminal. */
const cut = (line: string, columns: number): string => {
  const shown = stripVTControlCharacters(line).length;
  return shown <= columns ? line : `${line.slice(0, line.length - (shown - columns) - 1)}…`;
};

/** One line of a batch that ended without being delivered; undefined for others. */
export const endLine = (batch: BatchWithAttempts, paint: Paint): string | undefined => {
  const { state, ended_at: endedAt, split_into: parts = [], expired_for: reason } = batch;
  const start = `${utcClock(endedAt ?? new Date().toISOString())}  ${shortId(batch.batch_id)}  ${counted(batch.events, "event")}`;
  if (state === "expired") {
    const why =
      reason === undefined ? `after ${counted(batch.attempts.length, "attempt")}` : `unsent: ${expiryText(reason)}`;
    return `${start}  ${paint("red", "✖")} expired ${why}`;
  }
  if (state === "split") return `${start}  split into ${parts.map(shortId).join(" and ")}`;
  return undefined;
};

/** How an attempt ended. */
export const outcomeText = (
  attempt: Pick<Attempt, "outcome" | "status" | "reason" | "error_code" | "latency_ms">,
  paint: Paint,
): string => {
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
export const closedText = (batch: Pick<BatchWithAttempts, "closed_by" | "closed_at" | "created_at">): string => {
  const { closed_by: by, closed_at: at, created_at: createdAt } = batch;
  if (by === undefined) return "";
  const age = at === undefined ? "" : ` ${duration(Date.parse(at) - Date.parse(createdAt))}`;
  return `closed by ${plain(by)}${by === "window" ? age : ""}`;
};

/** What comes after an attempt. */
const fateText = (batch: BatchWithAttempts, attempt: Attempt): string => {
  if (attempt.outcome === "delivered") {
    const [first] = batch.attempts;
    if (first === undefined || first.n === attempt.n) return "";
    return `recovered after ${duration(Date.parse(attempt.started_at) - Date.parse(first.started_at))}`;
  }
  if (batch.ended_at !== undefined) return "";
  const next = batch.next_attempt_at === undefined ? "" : `next ${timeUntil(batch.next_attempt_at, Date.now())}`;
  return [next, `expires ${timeUntil(batch.expires_at, Date.now())}`].filter((part) => part !== "").join("  ");
};

/** What a command tells whose test POST has failed. */
export const probeFailure = (result: ProbeResult, what: string): CliError => {
  const { request, response, token_response: tokenResponse, reason, likely, fix } = result;
  const answer = response ?? tokenResponse;
  const error: ApiError = {
    message: `${what}: ${verdict(result)}`,
    ...(request === undefined ? {} : { request }),
    ...(answer === undefined ? {} : { response: answer }),
    ...(likely === undefined ? {} : { likely }),
    ...(fix === undefined ? {} : { fix }),
    ...(reason === undefined ? {} : { reason, code: apiErrors.testFailed.code }),
  };
  return new CliError(exitCodes.failed, error);
};

/** What came of a test POST, in a few words. */
export const verdict = (result: ProbeResult): string => {
  const { response, reason = "failed", error_code: code } = result;
  const took = tookMs(result);
  const after = took === undefined ? "" : ` in ${duration(took)}`;
  if (response !== undefined) return `test POST got ${response.status}${after}`;
  if (reason.includes("token")) return "no access token was given";
  return `test POST failed (${reason}${code === undefined ? "" : `, ${code}`})${after}`;
};

/** How long an exchange took, in milliseconds. */
export const tookMs = ({ latency_ms: latencyMs, timings }: ProbeResult): number | undefined =>
  latencyMs ?? timings?.total_ms;

const phases = [
  ["dns", "dns_ms"],
  ["connect", "connect_ms"],
  ["TLS", "tls_ms"],
  ["upload", "upload_ms"],
  ["wait", "wait_ms"],
] as const;

/** The phases of an exchange that were reached: `connect 41 ms · upload 1 ms`. */
export const phasesText = (timings: Timings | undefined): string | undefined => {
  const reached = phases.flatMap(([label, field]) => {
    const ms = timings?.[field];
    return ms === undefined ? [] : [`${label} ${duration(ms)}`];
  });
  return reached.length === 0 ? undefined : reached.join(" · ");
};
