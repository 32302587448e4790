import { type DeliveryHour, hourMs } from "#shared/delivery/hours.ts";
import type { ApiDeps } from "../deps.ts";

/** Outcomes are counted when an attempt has ended, by invocations of a minute: this long after its end an hour is as it stays. */
export const settlingMs = 5 * 60_000;

/**
 * The counters of some webhooks in some hours. Hours that are over are kept: a page that is read again and again reads the
 * present hour alone, not 24 items for each webhook.
 */
export const readHours = async (
  deps: Pick<ApiDeps, "deliveryHours" | "kept" | "now">,
  wanted: { readonly customerId: string; readonly webhookIds: readonly string[]; readonly hours: readonly string[] },
): Promise<readonly DeliveryHour[]> => {
  const { customerId, webhookIds, hours } = wanted;
  const { hours: kept } = deps.kept;
  const settled = hours.filter((hour) => Date.parse(hour) + hourMs + settlingMs <= deps.now());
  const keyOf = (webhookId: string, hour: string): string => `${webhookId}#${hour}`;
  const isKept = (webhookId: string): boolean => settled.every((hour) => kept.has(keyOf(webhookId, hour)));
  const known = webhookIds.filter((webhookId) => isKept(webhookId));
  const unknown = webhookIds.filter((webhookId) => !known.includes(webhookId));
  const old = known.flatMap((webhookId) => settled.map((hour) => kept.get(keyOf(webhookId, hour))));
  const [present, whole] = await Promise.all([
    deps.deliveryHours.find({ customerId, webhookIds: known, hours: hours.filter((hour) => !settled.includes(hour)) }),
    deps.deliveryHours.find({ customerId, webhookIds: unknown, hours }),
  ]);
  const found = new Map(whole.map((counted) => [keyOf(counted.webhookId, counted.hour), counted]));
  for (const webhookId of unknown) {
    for (const hour of settled) kept.set(keyOf(webhookId, hour), found.get(keyOf(webhookId, hour)) ?? "nothing");
  }
  return [...old.filter((counted) => counted !== undefined && counted !== "nothing"), ...present, ...whole];
};
