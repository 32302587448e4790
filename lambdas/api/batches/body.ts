import { covers } from "#shared/api-key.ts";
import type { BodyPlace } from "#shared/contract/delivery-message.ts";
import { type DeliveredEvent, batchBodyQuery } from "#shared/contract/api/batch.ts";
import { type BatchRecord, isWaiting } from "#shared/delivery/record.ts";
import { type EncodedBody, decodeBody, framesOf } from "#shared/delivery/body.ts";
import { type Open, itemsFrom } from "#shared/delivery/cut.ts";
import { type RequestError, validate, errors } from "#shared/errors.ts";
import { type EventSpan, bytesOf, spanOf } from "#shared/events/span.ts";
import { isFrame } from "#shared/events/frames.ts";
import { openFrame } from "#shared/events/open-frame.ts";
import { maskerFor, recipientsIn } from "#shared/events/mask-addresses.ts";
import { splitJsonArray } from "#shared/events/split.ts";
import { exactJsonOf, isObject } from "#shared/text/json.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { findBatch, keptUntil, mayReadBody } from "./read.ts";

/** A function's answer may have 6 MB; JSON within JSON grows. */
const maxPageBytes = 2 * 1024 * 1024;

/**
 * `GET /webhooks/{id}/batches/{batch_id}/body`: the events of a batch that waits, or whose delivered body is kept, a page at a time.
 * Whoever may not change webhooks sees addresses masked, as in a search for events.
 */
export const readBatchBody = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"GET /v1/webhooks/{id}/batches/{batch_id}/body">> => {
  const { webhook, batch } = await findBatch(deps, request);
  const { offset, limit } = validate(batchBodyQuery, request.query);
  requireReadable(request, webhook, batch);
  const place = isWaiting(batch) ? await placeOf(deps, batch) : keptPlaceOf(deps, webhook, batch);
  const body = place === undefined ? undefined : await deps.bodies.load(place);
  if (body === undefined) throw bodyGone(batch);
  const { events, total } = await eventsOf(batch, body, { from: offset, to: offset + limit });
  const page = pageOf(events);
  const nextOffset = offset + page.length;
  return {
    status: 200,
    body: {
      results: page.map((event) => eventView(event, !covers(request.caller.grants, "webhooks/modify"))),
      total,
      ...(nextOffset < total ? { next_offset: nextOffset } : {}),
    },
  };
};

const eventView = (span: EventSpan, isMasked: boolean): DeliveredEvent => {
  const event = exactJsonOf(bytesOf(span).toString());
  const shown = isMasked ? maskerFor(recipientsIn(event)).event(event) : event;
  // Producers with access to the stream may write what is no event: it keeps its place, as events are counted from the first.
  return isObject(shown) ? shown : {};
};

/** Refuses what the caller may not read: events of other sub-accounts. */
export const requireReadable = (request: Request, webhook: Webhook, batch: BatchRecord): void => {
  if (mayReadBody(request, webhook, batch)) return;
  throw errors.notFound(
    "The batch's body is not for this sub-account",
    "The webhook was created or moved to it later, so the batch may hold events of others. Who acts for all sub-accounts can read it.",
  );
};

/** Where the kept body of a delivered batch is; undefined when it cannot be read. */
export const keptPlaceOf = (
  deps: Pick<ApiDeps, "keptBodies" | "maxKeepBodiesDays" | "now">,
  webhook: Webhook,
  batch: BatchRecord,
): BodyPlace | undefined => {
  const { kept } = batch;
  const isKept = kept !== undefined && keptUntil(deps, webhook, batch) !== undefined;
  return isKept ? deps.keptBodies.placeOf({ ...batch, kept }) : undefined;
};

/** What is left of a chain has the chain's body. */
const placeOf = async ({ bodies }: ApiDeps, batch: BatchRecord): Promise<BodyPlace | undefined> =>
  batch.chain === undefined ? await bodies.find(batch) : batch.chain.body;

/** Some events of a body, and how many there are in all. Of a chain's body only the frames are opened that hold them. */
const eventsOf = async (
  { bytes, chain }: BatchRecord,
  body: EncodedBody,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<{ readonly events: readonly EventSpan[]; readonly total: number }> => {
  if (chain === undefined) {
    const { elements } = splitJsonArray(spanOf((await decodeBody(body, bytes)).body));
    return { events: elements.slice(from, to), total: elements.length };
  }
  const events: EventSpan[] = [];
  for (const item of itemsFrom(framesOf(body.bytes).frames, chain.next + from, eventsIn)) {
    if (events.length >= to - from) break;
    for (const event of isFrame(item) ? eventsIn(item) : [item]) events.push(event);
  }
  return { events: events.slice(0, to - from), total: chain.events - chain.next };
};

const eventsIn: Open = (frame) => {
  const reading = openFrame(frame);
  return reading.kind === "events" ? reading.events : [];
};

/** As many events as an answer can hold, at least one. */
const pageOf = (events: readonly EventSpan[]): readonly EventSpan[] => {
  let bytes = 0;
  const end = events.findIndex(
    ({ start, end: behind }, index) => (bytes += behind - start) > maxPageBytes && index > 0,
  );
  return end === -1 ? events : events.slice(0, end);
};

/** What the API answers when there is no body of a batch to read. */
export const bodyGone = ({ state, kept }: BatchRecord): RequestError =>
  errors.notFound(
    "The batch's body is not kept",
    `The batch is ${state}. A body can be read while its batch waits for a retry or is parked, and after its delivery while its ` +
      (kept === undefined
        ? "webhook keeps it: this one's did not when the batch was delivered ('keep_bodies_days')."
        : "webhook keeps it: that time is over, its webhook keeps bodies no longer, or this one could not be stored."),
  );
