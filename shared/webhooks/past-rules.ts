import { maxPastRulesBytes } from "#shared/contract/limits.ts";
import { canonical } from "./changes.ts";
import type { EventRules, PastRules, Webhook } from "./webhook.ts";

/** Changes of its rules that a webhook remembers: bounds its item, which every list of webhooks reads. */
const maxPastRules = 20;

/** The rules by which a webhook's events were chosen at a revision; undefined when they are not known any more. */
export const rulesAt = (webhook: Webhook, revision: number): EventRules | undefined =>
  revision >= (webhook.rulesSince ?? webhook.revision)
    ? webhook
    : webhook.pastRules?.find(({ since, until }) => since <= revision && revision < until);

/** The rules that a webhook had at any time between two, Unix milliseconds, as far as it remembers them. */
export const rulesBetween = (webhook: Webhook, from: number, to: number): readonly EventRules[] => {
  const past = webhook.pastRules ?? [];
  const began = (index: number): number => Date.parse(past[index - 1]?.endedAt ?? webhook.createdAt);
  const isThen = (start: number, end: number): boolean => start <= to && end >= from;
  const present = isThen(began(past.length), Number.POSITIVE_INFINITY) ? [webhook] : [];
  return [...past.filter(({ endedAt }, index) => isThen(began(index), Date.parse(endedAt))), ...present];
};

/**
 * What a changed webhook remembers of its rules.
 *
 * @param change.at when it is changed, Unix milliseconds
 * @param change.keptMs how long the stream keeps what was routed by the earlier rules
 */
export const rememberRules = (
  before: Webhook,
  after: EventRules,
  change: { readonly revision: number; readonly at: number; readonly keptMs: number },
): Pick<Webhook, "rulesSince" | "pastRules"> => {
  const { revision, at, keptMs } = change;
  const since = before.rulesSince ?? before.revision;
  const isSame = canonical(rulesOf(before)) === canonical(rulesOf(after));
  const ended: PastRules = { ...rulesOf(before), since, until: revision, endedAt: new Date(at).toISOString() };
  const pastRules = newest(
    [...(before.pastRules ?? []), ...(isSame ? [] : [ended])].filter(
      ({ endedAt }) => Date.parse(endedAt) + keptMs > at,
    ),
  );
  return { rulesSince: isSame ? since : revision, ...(pastRules.length === 0 ? {} : { pastRules }) };
};

const rulesOf = ({
  eventsMode,
  events,
  subaccountId,
  exceptionSubaccounts,
  filter,
  fields,
  mask,
}: EventRules): EventRules => ({
  eventsMode,
  events,
  ...(subaccountId === undefined ? {} : { subaccountId }),
  ...(exceptionSubaccounts === undefined ? {} : { exceptionSubaccounts }),
  ...(filter === undefined ? {} : { filter }),
  ...(fields === undefined ? {} : { fields }),
  ...(mask === undefined ? {} : { mask }),
});

/** A webhook as it would be with other rules. */
export const withRules = (webhook: Webhook, rules: EventRules): Webhook => {
  const { subaccountId: _subaccountId, exceptionSubaccounts: _exceptions, filter: _filter, ...more } = webhook;
  const { fields: _fields, mask: _mask, ...kept } = more;
  return { ...kept, ...rulesOf(rules) };
};

/** The newest rules, as many as may be remembered. */
const newest = (rules: readonly PastRules[]): readonly PastRules[] => {
  const kept: PastRules[] = [];
  let bytes = 0;
  for (const past of rules.slice(-maxPastRules).toReversed()) {
    bytes += Buffer.byteLength(JSON.stringify(past));
    if (bytes > maxPastRulesBytes) break;
    kept.unshift(past);
  }
  return kept;
};
