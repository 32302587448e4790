import type { Summary, Webhook } from "./answers/webhook.ts";
import { bytes, counted } from "#shared/text/numbers.ts";
import { relative, utcTime } from "#shared/text/times.ts";

/** Which events a webhook gets. */
export const eventsText = ({ events, events_mode: mode }: Pick<Webhook, "events" | "events_mode">): string =>
  mode === "all" ? "all, also those of later versions" : events.join(", ");

/** A webhook's state, why it is so and since when. */
export const stateText = ({ state, state_reason: reason, state_since: since }: Summary): string => {
  const why = reason === null || reason === state ? "" : `: ${reason}`;
  return `${state}${why}, since ${utcTime(since)}`;
};

/** What waits to be delivered, and until when; undefined when nothing waits. */
export const pendingText = (row: Summary): string | undefined => {
  const { pending_batches: batches, pending_events: events, next_expiry_at: expiry } = row;
  if (batches === 0) return undefined;
  const end = expiry === undefined ? "" : `, the first expires ${relative(expiry, Date.now())}`;
  return `${counted(batches, "batch", "batches")} with ${counted(events, "event")}${end}`;
};

/** All facts of a webhook. */
export const webhookFacts = (webhook: Webhook, row: Summary): readonly (readonly [string, string | undefined])[] => {
  const headers = Object.entries(webhook.custom_headers).map(([name, value]) => `${name}: ${value}`);
  const { auth_type: auth, auth_token: token, auth_credentials: basic, auth_request_details: oauth } = webhook;
  return [
    ["id", webhook.id],
    ["name", webhook.name],
    ["state", stateText(row)],
    ["target", webhook.target],
    ["events", eventsText(webhook)],
    ["token", token === null || token === undefined || token === "" ? undefined : token],
    [
      "auth",
      auth === "none" ? undefined : auth === "basic" ? `basic, ${basic.username ?? ""}` : `${auth}, ${oauth.url ?? ""}`,
    ],
    ["headers", headers.length === 0 ? undefined : headers.join(", ")],
    ["signing", webhook.signing ? "on" : undefined],
    ["compression", webhook.compression === "none" ? undefined : webhook.compression],
    ["batch size", `${counted(webhook.batch_size, "event")}, ${bytes(webhook.max_batch_bytes)}`],
    ["waiting", pendingText(row)],
    ["last success", optional(webhook.last_successful)],
    ["last failure", optional(webhook.last_failure)],
    ["expired in 24 h", row.expired_24h === 0 ? undefined : counted(row.expired_24h, "batch", "batches")],
    [
      "active",
      webhook.active && Date.parse(webhook.active_at) > Date.now()
        ? relative(webhook.active_at, Date.now())
        : undefined,
    ],
  ];
};

const optional = (iso: string | undefined): string | undefined => (iso === undefined ? undefined : utcTime(iso));
