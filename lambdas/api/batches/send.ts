import {
  answerTimeoutMs,
  maxSentAgain,
  maxSentElsewhere,
  maxTestPostMs,
  restTimeoutSeconds,
} from "#shared/contract/limits.ts";
import { bodyToSend } from "#shared/delivery/body.ts";
import { deliveryHeaders } from "#shared/delivery/headers.ts";
import { againOf, redeliveryOf } from "#shared/delivery/message.ts";
import { type BatchRecord, hasRoomForAttempt, isWaiting } from "#shared/delivery/record.ts";
import { errors } from "#shared/errors.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { exchangeView } from "../webhooks/probe.ts";
import { readSend } from "../webhooks/requests.ts";
import { requireTestPost } from "../webhooks/test-post.ts";
import { bodyGone, keptPlaceOf, requireReadable } from "./body.ts";
import { findBatch } from "./read.ts";

/**
 * `POST /webhooks/{id}/batches/{batch_id}/redeliver`: makes the next attempt of a waiting batch now, also while its
 * webhook's breaker is open. The message that waits for the same attempt finds it made. What is left of a chain goes on with its
 * first batch. A delivered batch whose body is kept is sent again.
 */
export const redeliverBatch = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/webhooks/{id}/batches/{batch_id}/redeliver">> => {
  const { webhook, batch } = await findBatch(deps, request);
  const { settingsRevision, batchId } = batch;
  if (!webhook.active) throw errors.conflict("The webhook is paused", "Resume it first.");
  if (batch.state === "sending") {
    throw errors.conflict("An attempt is under way", "Look at the batch again in some seconds.");
  }
  if (batch.state === "delivered") {
    requireReadable(request, webhook, batch);
    return await sendAgain(deps, webhook, batch);
  }
  if (batch.chain !== undefined && isWaiting(batch)) {
    await deps.retries.send({ ...batch.chain, redelivery: true }, 0);
    return { status: 200, body: { results: { batch_id: batchId, attempt: 1 } } };
  }
  const body = isWaiting(batch) ? await deps.bodies.find(batch) : undefined;
  if (body === undefined || settingsRevision === undefined) throw bodyIsGone(batch);
  requireRoom(batch, "It is attempted again by its schedule, and can be sent to a URL of your own.");
  const message = redeliveryOf({ ...batch, settingsRevision }, body);
  await deps.retries.send(message, 0);
  return { status: 200, body: { results: { batch_id: batchId, attempt: message.attempt } } };
};

/** Refuses an attempt that would leave no room in the batch's record for those that follow by themselves. */
const requireRoom = (batch: BatchRecord, instead: string): void => {
  if (hasRoomForAttempt(batch)) return;
  throw errors.conflict(`The batch's record is full after attempt ${batch.attempts.length}`, instead);
};

const bodyIsGone = ({ state }: BatchRecord) =>
  errors.conflict(
    "The batch's body is gone",
    `The batch is ${state}. Its events can be delivered again by a replay while the stream has them.`,
  );

/** Puts a delivered batch on the queue once more: requests that come at the same time ask for the same POST. */
const sendAgain = async (
  deps: ApiDeps,
  webhook: Webhook,
  batch: BatchRecord,
): Promise<Answered<"POST /v1/webhooks/{id}/batches/{batch_id}/redeliver">> => {
  const { kept, batchId } = batch;
  const place = keptPlaceOf(deps, webhook, batch);
  if (place === undefined || kept === undefined) throw bodyIsGone(batch);
  if (!(await deps.keptBodies.has({ ...batch, kept }))) throw bodyIsGone(batch);
  const { settingsRevision } = webhook;
  requireRoom(batch, "Read its events, or send it to a URL of your own.");
  const message = againOf(batch, { body: place, settingsRevision });
  if (message.again > maxSentAgain) {
    throw errors.conflict(
      `The batch has been sent again ${maxSentAgain} times`,
      "Read its events, or send it to a URL of your own.",
    );
  }
  await deps.retries.send(message, 0);
  return { status: 200, body: { results: { batch_id: batchId, attempt: message.attempt } } };
};

/** Time after which the batch's POST could end behind the time that API Gateway gives a request. */
const beginWithinMs = restTimeoutSeconds * 1_000 - maxTestPostMs - 2_000;

/**
 * `POST /webhooks/{id}/batches/{batch_id}/send`: POSTs a batch to a URL of the caller's, now and once, with the body and the headers that
 * its target gets, but without secrets: no token, no authorization, no custom headers and no signature. The URL takes a test POST
 * first, as that of a new webhook does, so that nobody gets megabytes who does not want them. It is no attempt: what shows of the
 * batch, counters and breaker stay as they are. The record counts it, for the limit.
 */
export const sendBatchTo = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/webhooks/{id}/batches/{batch_id}/send">> => {
  const { webhook, batch } = await findBatch(deps, request);
  const { target } = readSend(request.body);
  requireReadable(request, webhook, batch);
  if (batch.chain !== undefined) {
    throw errors.conflict(
      "The batch has not been cut yet",
      "It is what is left of a window, and goes out as several batches. Read its events instead.",
    );
  }
  const place = isWaiting(batch) ? await deps.bodies.find(batch) : keptPlaceOf(deps, webhook, batch);
  const stored = place && (await deps.bodies.load(place));
  if (stored === undefined) throw bodyGone(batch);
  const { compression } = webhook.maskedSettings;
  const settings: DeliverySettings = {
    target,
    authToken: "",
    auth: { type: "none" },
    customHeaders: {},
    ...(compression === undefined ? {} : { compression }),
  };
  const begunAt = deps.now();
  await requireTestPost(deps, settings);
  if (deps.now() > begunAt + beginWithinMs) {
    throw errors.conflict(
      "The URL took too long for the test POST",
      "Its answer would come too late for this request.",
    );
  }
  if (!(await deps.batchLog.countSentElsewhere(batch, maxSentElsewhere))) {
    throw errors.conflict(
      `The batch has been sent to URLs ${maxSentElsewhere} times`,
      "Read its events instead, a page at a time.",
    );
  }
  const { batchId, webhookId, events } = batch;
  const { keyId, portalLinkId } = request.caller;
  const by = { ...(keyId === undefined ? {} : { keyId }), ...(portalLinkId === undefined ? {} : { portalLinkId }) };
  deps.telemetry.batchSentElsewhere({ batchId, webhookId, events, host: new URL(target).host, ...by });
  const { sent } = await bodyToSend(stored, batch.bytes, settings);
  const headers = deliveryHeaders({ batchId, settings, json: undefined, now: deps.now() });
  const answer = await deps.targets.post({ url: target, headers, body: sent });
  const now = deps.now();
  return {
    status: 200,
    body: {
      results: {
        batch_id: batchId,
        ...exchangeView(answer, { limitMs: answerTimeoutMs, now }),
        request: { method: "POST", url: target, headers, bytes: sent.length },
      },
    },
  };
};
