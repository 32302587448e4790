import { batchBodyQuery } from "#shared/domain/api/batch-query.ts";
import { isWaiting } from "#shared/domain/batch-record.ts";
import { decodeBody } from "#shared/domain/encoded-body.ts";
import { RequestError } from "#shared/domain/errors.ts";
import { bytesOf, type EventSpan, spanOf } from "#shared/domain/records/event-span.ts";
import { splitJsonArray } from "#shared/domain/records/json-array.ts";
import { validate } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { findBatch } from "./find-batch.ts";

/** A function's answer may have 6 MB; JSON within JSON grows. */
const maxPageBytes = 2 * 1024 * 1024;

/** `GET /webhooks/{id}/batches/{batch_id}/body`: the events of a batch that waits, a page at a time. */
export const readBatchBody = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { batch } = await findBatch(deps, request);
  const { offset, limit } = validate(batchBodyQuery, request.query);
  const place = isWaiting(batch) ? await deps.bodies.find(batch) : undefined;
  const body = place === undefined ? undefined : await deps.bodies.load(place);
  if (body === undefined) throw bodyGone(batch.state);
  const { elements } = splitJsonArray(spanOf(await decodeBody(body, batch.bytes)));
  const page = pageOf(elements.slice(offset, offset + limit));
  const nextOffset = offset + page.length;
  return {
    status: 200,
    results: page.map((event): unknown => JSON.parse(bytesOf(event).toString())),
    envelope: { total: elements.length, ...(nextOffset < elements.length ? { next_offset: nextOffset } : {}) },
  };
};

/** As many events as an answer can hold, at least one. */
const pageOf = (events: readonly EventSpan[]): readonly EventSpan[] => {
  let bytes = 0;
  const end = events.findIndex(
    ({ start, end: behind }, index) => (bytes += behind - start) > maxPageBytes && index > 0,
  );
  return end === -1 ? events : events.slice(0, end);
};

const bodyGone = (state: string): RequestError =>
  new RequestError(404, {
    message: "The batch's body is not kept",
    description: `The batch is ${state}. A body can be read while its batch waits for a retry or is parked.`,
    code: "1600",
  });
