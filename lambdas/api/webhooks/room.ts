import { type RequestError, errors } from "#shared/errors.ts";
import type { CountedWebhooks } from "#shared/stores.ts";
import { hasContentRules } from "#shared/webhooks/content.ts";
import type { ContentRules, Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps } from "../deps.ts";

type RoomDeps = Pick<ApiDeps, "webhookCounts" | "maxWebhooks" | "maxContentWebhooks">;

/**
 * Counts a new webhook of a customer; a 409 when there are as many as there may be. A webhook is counted before it is stored and
 * no longer counted after it is gone, so that a crash between leaves a count too high, which heals, and never one too low.
 */
export const takeRoomForNew = async (deps: RoomDeps, customerId: string, rules: ContentRules): Promise<void> => {
  await takeRoom(deps, customerId, "all");
  if (!hasContentRules(rules)) return;
  try {
    await takeRoom(deps, customerId, "content");
  } catch (error) {
    await deps.webhookCounts.subtract(customerId, "all");
    throw error;
  }
};

/** Counts a webhook that is gone, or was not stored, no longer. */
export const giveRoomBack = async (deps: RoomDeps, webhook: Webhook): Promise<void> => {
  await deps.webhookCounts.subtract(webhook.customerId, "all");
  if (hasContentRules(webhook)) await deps.webhookCounts.subtract(webhook.customerId, "content");
};

/** Stores a changed webhook, and counts whether it looks into events. Answers what `replace` does; 409 as for a new one. */
export const replaceInRoom = async (
  deps: RoomDeps & Pick<ApiDeps, "webhooks">,
  before: Webhook,
  changed: Webhook,
): Promise<boolean> => {
  const { customerId } = changed;
  const [was, is] = [hasContentRules(before), hasContentRules(changed)];
  if (is && !was) await takeRoom(deps, customerId, "content");
  const isNewTarget = before.maskedSettings.target !== changed.maskedSettings.target;
  const isReplaced = await deps.webhooks.replace(changed, before.revision, { isNewTarget });
  // What was taken for a change that was not made, or what a change that was made no longer needs.
  if (was !== is && isReplaced === was) await deps.webhookCounts.subtract(customerId, "content");
  return isReplaced;
};

const takeRoom = async (deps: RoomDeps, customerId: string, counted: CountedWebhooks): Promise<void> => {
  const max = counted === "all" ? deps.maxWebhooks : deps.maxContentWebhooks;
  if (!(await deps.webhookCounts.add(customerId, counted, max))) throw tooMany[counted](max);
};

const tooMany: Readonly<Record<CountedWebhooks, (max: number) => RequestError>> = {
  all: (max) =>
    errors.conflict(
      `There are ${max} webhooks, as many as a customer may have`,
      "Delete webhooks that are not needed any more, or let one webhook take more event types.",
    ),
  content: (max) =>
    errors.conflict(
      `There are ${max} webhooks with 'filter', 'fields' or 'mask', as many as a customer may have`,
      "Set these fields of webhooks that do not need them to null, or delete such webhooks.",
    ),
};
