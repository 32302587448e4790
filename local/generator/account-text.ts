import type { Account } from "./ledger.ts";
import { count } from "#shared/text/numbers.ts";

/** A latency in words. */
export const latencyText = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(2)} s`);

interface Progress {
  readonly account: Account;
  /** Events sent in the last second. */
  readonly sentNow: number;
  readonly missed: number;
  readonly hasSink: boolean;
}

/** What the generator tells every second. */
export const progressText = ({ account, sentNow, missed, hasSink }: Progress): string =>
  [
    `${count(sentNow)} events/s`,
    `sent ${count(account.sent)}`,
    `accepted ${count(account.accepted)}`,
    hasSink ? `delivered ${count(account.delivered)}` : "",
    account.refused > 0 ? `refused ${count(account.refused)}` : "",
    account.unanswered > 0 ? `unanswered ${count(account.unanswered)}` : "",
    missed > 0 ? `behind by ${count(missed)}` : "",
  ]
    .filter((part) => part !== "")
    .join("   ");

interface Outcome {
  readonly account: Account;
  readonly seconds: number;
  /** The rate that was asked for. */
  readonly rate: number;
  readonly missed: number;
  readonly hasSink: boolean;
  /** Whether it was ended before the events on the way could arrive. */
  readonly isCut: boolean;
}

/** Whether every event that was sent is accounted for. */
export const isAccountedFor = ({ account, hasSink }: Pick<Outcome, "account" | "hasSink">): boolean =>
  account.refused === 0 && account.unanswered === 0 && (!hasSink || account.missing === 0);

/** What the generator tells at its end. */
export const outcomeLines = (outcome: Outcome): readonly string[] => {
  const { account, seconds, rate, missed, hasSink, isCut } = outcome;
  const { sent, accepted, refused, unanswered, delivered, duplicates, missing, latency } = account;
  const achieved = Math.round(sent / seconds);
  return [
    `Sent ${count(sent)} events in ${seconds.toFixed(1)} s, ${count(achieved)} a second`,
    ...(missed === 0 ? [] : [`Could not keep up with ${count(rate)} a second: ${count(missed)} events were not sent`]),
    [
      `accepted ${count(accepted)}`,
      ...(refused === 0 ? [] : [`refused ${count(refused)}`]),
      ...(unanswered === 0 ? [] : [`unanswered ${count(unanswered)}`]),
      ...(hasSink
        ? [
            `delivered ${count(delivered)}`,
            `duplicates ${count(duplicates)}`,
            `${isCut ? "still on the way" : "lost"} ${count(missing)}`,
          ]
        : []),
    ].join("   "),
    ...(latency === undefined
      ? []
      : [
          `from sending to the sink   p50 ${latencyText(latency.p50)}   p95 ${latencyText(latency.p95)}   p99 ${latencyText(latency.p99)}`,
        ]),
  ];
};

/** The same as JSON. */
export const outcomeJson = ({ account, seconds, rate, missed, hasSink, isCut }: Outcome): object => ({
  rate,
  seconds: Math.round(seconds * 1_000) / 1_000,
  events_per_second: Math.round(account.sent / seconds),
  sent: account.sent,
  accepted: account.accepted,
  refused: account.refused,
  unanswered: account.unanswered,
  not_sent: missed,
  ...(hasSink
    ? {
        delivered: account.delivered,
        duplicates: account.duplicates,
        [isCut ? "on_the_way" : "lost"]: account.missing,
        ...(account.latency === undefined
          ? {}
          : { p50_ms: account.latency.p50, p95_ms: account.latency.p95, p99_ms: account.latency.p99 }),
      }
    : {}),
});
