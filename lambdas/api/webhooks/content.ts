import { batchBody } from "#shared/delivery/batch.ts";
import { readFields } from "#shared/events/event-fields.ts";
import { spanOf } from "#shared/events/span.ts";
import { contentOf } from "#shared/webhooks/content.ts";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import type { UpdateWebhookRequest, Webhook as ShownWebhook } from "#shared/contract/api/webhook.ts";
import type { ContentRules } from "#shared/webhooks/webhook.ts";
import type { ApiDeps } from "../deps.ts";

type ContentFields = Pick<UpdateWebhookRequest, "filter" | "fields" | "mask">;

/**
 * The rules by which a webhook looks into events, after a request: what it says, else what is stored. The key of its hashes is
 * made with its first mask and stays for good, or the same recipient would have another hash after a change.
 */
export const contentRules = (
  { newSigningSecret }: Pick<ApiDeps, "newSigningSecret">,
  wanted: ContentFields,
  stored: ContentRules,
): ContentRules => {
  const filter = wanted.filter === undefined ? stored.filter : (wanted.filter ?? undefined);
  const fields = wanted.fields === undefined ? stored.fields : (wanted.fields ?? undefined);
  const masked = (wanted.mask === undefined ? stored.mask : wanted.mask) ?? [];
  const mask = masked.length === 0 ? undefined : masked;
  const maskKey = stored.maskKey ?? (mask === undefined ? undefined : newSigningSecret());
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(fields === undefined ? {} : { fields }),
    ...(mask === undefined ? {} : { mask }),
    ...(maskKey === undefined ? {} : { maskKey }),
  };
};

/** The same as answers show them. */
export const contentView = ({
  filter,
  fields,
  mask,
}: ContentRules): Pick<ViewOf<ShownWebhook>, "filter" | "fields" | "mask"> => ({
  filter: filter ?? null,
  fields: fields ?? null,
  mask: mask ?? [],
});

/**
 * JSON of a test POST's events as the webhook would get them. Its filter leaves none of them out, as whoever tries a target
 * wants to see it answer; what is no event stays as it is.
 */
export const testEvents = (rules: ContentRules, events: readonly unknown[]): string => {
  const rewrite = contentOf(rules)?.rewrite;
  const texts = events.map((event) => {
    const span = spanOf(Buffer.from(JSON.stringify(event)));
    return rewrite === undefined || readFields(span) === undefined ? span : rewrite(span);
  });
  return batchBody(texts).toString();
};
