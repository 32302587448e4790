import { documentation, ingestDocumentation } from "#shared/events/catalogue/documentation.ts";
import { type EventKey, eventKeys } from "#shared/contract/words.ts";
import { isEventKey } from "#shared/events/catalogue/event-key.ts";
import { nearestEventKey } from "#shared/events/catalogue/nearest-key.ts";
import { samples } from "#shared/events/catalogue/samples.ts";
import { errors } from "#shared/errors.ts";
import type { ApiDeps, PublicRequest, Answered } from "./deps.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** `GET /webhooks/events/documentation`: every class, event and field. */
export const eventDocumentation = (): Promise<Answered<"GET /v1/webhooks/events/documentation">> =>
  Promise.resolve({ status: 200, body: { results: documentation() } });

/** `GET /ingest/events/documentation`: the fields of each event. */
export const ingestEventDocumentation = (): Promise<Answered<"GET /v1/ingest/events/documentation">> =>
  Promise.resolve({ status: 200, body: { results: ingestDocumentation() } });

/** `GET /webhooks/events/samples?events=`: one sample an event type; of events about webhooks only when they are named. */
export const eventSamples = (
  _: ApiDeps,
  { query }: PublicRequest,
): Promise<Answered<"GET /v1/webhooks/events/samples">> =>
  Promise.resolve({ status: 200, body: { results: samples(requestedKeys(query["events"])) } });

/** The types that a request names; undefined when it names none. */
const requestedKeys = (list: string | undefined): readonly EventKey[] | undefined => {
  if (list === undefined || list.trim() === "") return undefined;
  return list.split(",").map((text) => {
    const key = text.trim();
    if (isEventKey(key)) return key;
    const nearest = nearestEventKey(key);
    throw errors.badParameter(
      `'events' holds '${beginningOf(key, 80)}', which is not an event type`,
      `${nearest === undefined ? "" : `Did you mean '${nearest}'? `}Accepted: ${eventKeys.join(", ")}.`,
    );
  });
};
