import type { QueueMessage } from "#shared/contract/chain-message.ts";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { readableUntil } from "#shared/delivery/kept-body.ts";
import { delaySecondsUntil } from "#shared/delivery/retry-schedule.ts";
import { attemptDelivery, toAttemptRecord } from "./attempt.ts";
import { claimMs, type SettleDeps } from "./settle.ts";
import { hasWaitedTooLong, inTurn } from "./turn.ts";
import { factsOf, written } from "./written.ts";

/** A message that asks for a batch to be sent again which its target has taken. */
type AgainMessage = DeliveryMessage & Required<Pick<DeliveryMessage, "again">>;

/** Whether a message is one of those. */
export const isAgain = (message: QueueMessage): message is AgainMessage =>
  "again" in message && message.again !== undefined;

/**
 * Sends a delivered batch again, because its owner has asked for it: one POST in its turn, with the present settings. Its outcome
 * stands in the record, and nothing follows from it: no retry, and nothing for breaker or counters. A request ends without a POST
 * when its webhook has been paused or deleted meanwhile, or keeps the body no longer.
 *
 * The claim makes one POST of several copies of a message. After a crash between POST and record the message comes again, and the
 * batch goes out once more.
 */
export const settleAgain = async (deps: SettleDeps, message: AgainMessage): Promise<void> => {
  const isOver = hasWaitedTooLong(deps, message);
  await inTurn(deps, message, { mayHoldLane: false, isOver }, async (_turn, look) => {
    const { customerId, webhookId, again } = message;
    const health = look === undefined ? await deps.health.readHealth(customerId, webhookId) : look.health;
    if (isOver || health?.active !== true) return;
    const now = deps.now();
    // As the API decides it: the message may have waited for a day, and the settings may be others than when it was asked for.
    const record = await deps.batchLog.find(message);
    const present = { webhook: health, maxDays: deps.maxKeepBodiesDays, now };
    if (record === undefined || readableUntil(record, present) === undefined) return;
    const claim = await deps.batchLog.claimAgain({ ...message, again, now, until: now + claimMs });
    if (claim.kind === "recorded") return;
    if (claim.kind === "busy") return await deps.retries.send(message, delaySecondsUntil(claim.until + 1_000, now));
    const body = await deps.bodies.load(message.body);
    if (body === undefined) return;
    const { settingsRevision } = health;
    const batch = { ...message, settingsRevision };
    const result = await attemptDelivery(deps, batch, { body, presentRevision: settingsRevision });
    if (result === "unreadable") return;
    const attempt = toAttemptRecord({ attempt: message.attempt, startedAt: now, result });
    deps.telemetry.attemptFinished({ ...factsOf(message), outcome: result.outcome.kind, record: attempt });
    await written(deps, message, deps.batchLog.recordAgain(message, { ...attempt, again: true }, again));
  });
};
