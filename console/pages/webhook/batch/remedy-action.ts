import type { Attempt, Batch } from "#shared/contract/api/batch.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import { count } from "#shared/text/numbers.ts";
import type { FormValues } from "../../webhook-form/form-values.ts";
import { formLabels } from "../../webhook-form/form-labels.ts";

/** A change of a webhook's settings that may mend what made an attempt fail. */
export interface RemedyAction {
  readonly label: string;
  readonly change: Partial<FormValues>;
}

type Settings = Pick<Webhook, "target" | "batch_size" | "max_batch_bytes">;

/**
 * The change of settings that may mend a failed attempt; undefined where there is none, or where the settings have been
 * changed so already.
 */
export const remedyAction = (
  { reason, response_headers: headers = {} }: Pick<Attempt, "reason" | "response_headers">,
  { events, bytes }: Pick<Batch, "events" | "bytes">,
  webhook: Settings,
): RemedyAction | undefined => {
  if (reason === "http_3xx") return redirected(headers["location"], webhook.target);
  if (reason === "response_timeout" || reason === "upload_timeout") {
    const half = Math.floor(events / 2);
    if (half < 1 || half >= webhook.batch_size) return undefined;
    return { label: `Set “${formLabels.batchSize}” to ${count(half)}`, change: { batchSize: String(half) } };
  }
  if (reason !== "http_413") return undefined;
  const half = Math.floor(bytes / 2 / 1024);
  if (half < 1 || half >= Math.floor(webhook.max_batch_bytes / 1024)) return undefined;
  return {
    label: `Set “${formLabels.maxBatchKilobytes}” to ${count(half)}`,
    change: { maxBatchKilobytes: String(half) },
  };
};

/** The target says where it is: a URL that cannot be called is no remedy. */
const redirected = (location: string | undefined, target: string): RemedyAction | undefined => {
  if (location === undefined) return undefined;
  const url = URL.parse(location, target);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "") return undefined;
  if (url.href === target) return undefined;
  return { label: `Use the redirect's address as ${formLabels.target}`, change: { target: url.href } };
};
