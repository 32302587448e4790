import pLimit from "p-limit";
import { retryWindowMs } from "#shared/contract/limits.ts";
import { subaccountOf } from "#shared/domain/api/subaccount.ts";
import { type DeliveryHour, hoursUntil } from "#shared/domain/delivery-hours.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findWebhook } from "../webhooks/find-webhook.ts";
import { summaryView } from "./summary-view.ts";

/** Queries at a time, so that a customer with many paused webhooks does not use up the connections. */
const concurrency = 20;

/** `GET /webhooks/summary`: state and the last 24 hours of every webhook of the caller's customer, oldest first. */
export const summariseWebhooks = async (deps: ApiDeps, { caller, header }: Request): Promise<Answer> => {
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  const webhooks = await deps.webhooks.list(caller.customerId);
  const shown = webhooks
    .filter((webhook) => subaccount === "all" || webhook.subaccountId === subaccount)
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  return { status: 200, results: await summarise(deps, caller.customerId, shown) };
};

/** `GET /webhooks/{id}/summary`: the same for one webhook. */
export const summariseWebhook = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const webhook = await findWebhook(deps, request);
  const [results] = await summarise(deps, webhook.customerId, [webhook]);
  return { status: 200, results };
};

const summarise = async (deps: ApiDeps, customerId: string, webhooks: readonly Webhook[]) => {
  const now = deps.now();
  const hours = hoursUntil(now);
  const counted = await countedHours(deps, { customerId, webhooks, hours });
  const limit = pLimit(concurrency);
  return await Promise.all(
    webhooks.map((webhook) =>
      limit(async () => {
        const { webhookId } = webhook;
        const pending = mayHavePending(webhook, now) ? await deps.batches.countPending(webhookId, now) : nothing;
        return summaryView({ webhook, hours, counted: counted.get(webhookId) ?? [], pending });
      }),
    ),
  );
};

const countedHours = async (
  deps: ApiDeps,
  input: { readonly customerId: string; readonly webhooks: readonly Webhook[]; readonly hours: readonly string[] },
): Promise<ReadonlyMap<string, readonly DeliveryHour[]>> => {
  const { customerId, webhooks, hours } = input;
  const [only] = webhooks;
  const found =
    webhooks.length === 1 && only !== undefined
      ? await deps.deliveryHours.find({ customerId, webhookId: only.webhookId, hours })
      : await deps.deliveryHours.list(customerId, hours[0] ?? "");
  return Map.groupBy(found, ({ webhookId }) => webhookId);
};

const nothing = { batches: 0, events: 0, isComplete: true } as const;

/** A batch waits for the retry window at most, so that one can only wait if something has gone wrong or changed since. */
const mayHavePending = ({ active, breaker, lastFailure, updatedAt }: Webhook, now: number): boolean =>
  !active ||
  (breaker !== undefined && breaker.kind !== "closed") ||
  [lastFailure, updatedAt].some((at) => at !== undefined && Date.parse(at) > now - 2 * retryWindowMs);
