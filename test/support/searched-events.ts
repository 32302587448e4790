import { expect } from "vitest";
import type { Match } from "#shared/delivery/search.ts";

/** An event as text that has its number in all that a search can go by. Each fifth is a bounce. */
export const eventOf = (n: number, fields: object = {}): string =>
  JSON.stringify({
    msys: {
      message_event: {
        type: n % 5 === 0 ? "bounce" : "delivery",
        event_id: `e-${n}`,
        message_id: `m-${n}`,
        transmission_id: `t-${n}`,
        rcpt_to: `Ann.${n}.@example.com`,
        n,
        ...fields,
      },
    },
  });

/** Such events, numbered from `first`, their recipients from 0. */
export const events = (count: number, fields: object = {}, first = 0): readonly string[] =>
  Array.from({ length: count }, (_, n) => eventOf(first + n, { rcpt_to: `Ann.${n}.@example.com`, ...fields }));

/** What a search says of the only event that it has found, by webhook. */
export const placesOf = (matches: readonly Match[]) => {
  expect(matches).toHaveLength(1);
  expect(matches[0]?.isLookedUp).toBe(true);
  return new Map(
    (matches[0]?.whereabouts ?? []).map(({ webhookId, batches, ...rest }) => [
      webhookId,
      { ids: batches.map(({ batchId }) => batchId).toSorted(), ...rest },
    ]),
  );
};
