import * as z from "zod";
import type { FieldPath, Filter } from "#shared/contract/api/webhook-filter.ts";
import type { FieldSelection } from "#shared/contract/api/webhook-selection.ts";
import { failureReasons } from "#shared/contract/words.ts";
import { closedBreaker } from "#shared/delivery/breaker.ts";
import { noTurns } from "#shared/delivery/turns.ts";
import { changeItem } from "./changes-table.ts";
import { deliverySettings } from "./settings-table.ts";
import { toldItem } from "./told-table.ts";

/** A breaker as it is stored. */
const breakerItem = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("closed"),
    failures: z.number(),
    closedAt: z.number().exactOptional(),
    timedOut: z.literal(true).exactOptional(),
  }),
  z.object({
    kind: z.enum(["open", "half_open"]),
    openedAt: z.number(),
    reason: z.enum(failureReasons),
    failedProbes: z.number(),
    until: z.number(),
  }),
]);

const rules = {
  eventsMode: z.enum(["selected", "all"]),
  events: z.array(z.string()),
  subaccountId: z.number().exactOptional(),
  exceptionSubaccounts: z.array(z.number()).exactOptional(),
  // Checked when they were sent, and read with every list.
  filter: z.custom<Filter>().exactOptional(),
  fields: z.custom<FieldSelection>().exactOptional(),
  mask: z.custom<readonly FieldPath[]>().exactOptional(),
};

/** A webhook as it is stored. */
export const webhookItem = z.object({
  ...rules,
  maskKey: z.string().exactOptional(),
  webhookId: z.string(),
  customerId: z.string(),
  name: z.string(),
  maskedSettings: deliverySettings,
  active: z.boolean(),
  batchSize: z.number(),
  maxBatchBytes: z.number(),
  keepBodiesDays: z.number().exactOptional(),
  revision: z.number(),
  settingsRevision: z.number(),
  createdAt: z.string(),
  updatedAt: z.string(),
  activeChangedAt: z.string().exactOptional(),
  subaccountSince: z.string().exactOptional(),
  lastSuccessful: z.string().exactOptional(),
  lastFailure: z.string().exactOptional(),
  healthySince: z.string().exactOptional(),
  breaker: breakerItem.exactOptional(),
  rulesSince: z.number().exactOptional(),
  pastRules: z.array(z.object({ ...rules, since: z.number(), until: z.number(), endedAt: z.string() })).exactOptional(),
  creationHash: z.string().exactOptional(),
  lastChange: changeItem.exactOptional(),
});

/** What delivery reads of it. */
export const healthItem = z.object({
  active: z.boolean(),
  settingsRevision: z.number(),
  breaker: breakerItem.default(closedBreaker),
  breakerRevision: z.number().default(0),
  answerMs: z.number().exactOptional(),
  turns: z
    .object({
      held: z.record(z.string(), z.number()),
      width: z.number(),
      widenedAt: z.number(),
      first: z.object({ id: z.string(), since: z.number(), until: z.number() }).exactOptional(),
    })
    .default(noTurns),
  turnsRevision: z.number().default(0),
  name: z.string(),
  createdAt: z.string(),
  keepBodiesDays: z.number().exactOptional(),
  subaccountId: z.number().exactOptional(),
  told: toldItem.default({}),
  toldRevision: z.number().default(0),
});
