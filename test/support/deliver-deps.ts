import { batchesTable } from "#shared/adapters/dynamodb/batches-table.ts";
import { chainsTable } from "#shared/adapters/dynamodb/chains-table.ts";
import { deliveryHoursTable } from "#shared/adapters/dynamodb/delivery-hours-table.ts";
import { deliverySettingsTable } from "#shared/adapters/dynamodb/settings-table.ts";
import { toldTable } from "#shared/adapters/dynamodb/told-table.ts";
import { eventStream } from "#shared/adapters/kinesis/event-stream.ts";
import { turnsTable } from "#shared/adapters/dynamodb/turns-table.ts";
import { webhooksTable } from "#shared/adapters/dynamodb/webhooks-table.ts";
import { accessTokens } from "#shared/adapters/http/access-tokens.ts";
import { batchBodies } from "#shared/adapters/s3/batch-bodies.ts";
import { keptBodies } from "#shared/adapters/s3/kept-bodies.ts";
import { quarantine } from "#shared/adapters/s3/quarantine.ts";
import { isChain, type QueueMessage } from "#shared/contract/chain-message.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { createTelemetry } from "#shared/runtime/telemetry.ts";
import { tokenCache } from "../../lambdas/deliver/caches.ts";
import type { ChainDeps } from "../../lambdas/deliver/rest.ts";
import type { MessageDeps } from "#shared/runtime/on-each-message.ts";
import type { Aws } from "./aws.ts";

/**
 * What `deliver` needs, on the embedded services and without jitter, except for what a test replaces. `retries`, `targets`
 * and `now` (Unix milliseconds) are always the test's own.
 */
export const deliverDeps = (
  { tables, bucket, stream }: Pick<Aws, "tables" | "bucket" | "stream">,
  replaced: Pick<ChainDeps, "retries" | "targets" | "now"> & Partial<ChainDeps & MessageDeps>,
): ChainDeps & MessageDeps => ({
  batchLog: batchesTable(tables.batches),
  chains: chainsTable(tables.batches),
  bodies: batchBodies(bucket),
  keptBodies: keptBodies(bucket),
  maxKeepBodiesDays: 30,
  quarantine: quarantine(bucket),
  settings: deliverySettingsTable(tables.webhooks),
  health: webhooksTable(tables.webhooks),
  told: toldTable(tables.webhooks),
  stream: eventStream(stream),
  turns: turnsTable(tables.webhooks),
  deliveryHours: deliveryHoursTable(tables.batches),
  tokens: tokenCache(accessTokens(replaced.targets), replaced.now),
  clock: { scale: 1 },
  recordRetentionDays: 14,
  jitter: () => 0,
  // Messages of tests come from no queue of SQS unless a test has one.
  returned: { hide: async () => await Promise.resolve() },
  telemetry: createTelemetry("deliver"),
  ...replaced,
});

/** A message that must be of one batch. */
export const asBatch = (message: QueueMessage): DeliveryMessage => {
  if (isChain(message)) throw new Error("A chain where a batch was expected");
  return message;
};
