import { filterTestRequest, shownMatches } from "#shared/contract/api/filter-test.ts";
import { errors, parseJson, validate } from "#shared/errors.ts";
import { nearestEventKey } from "#shared/events/catalogue/nearest-key.ts";
import { samples } from "#shared/events/catalogue/samples.ts";
import { readFields } from "#shared/events/event-fields.ts";
import { type EventSpan, bytesOf, spanOf } from "#shared/events/span.ts";
import { portable } from "#shared/plain-json.ts";
import { exactJsonOf } from "#shared/text/json.ts";
import { contentOf } from "#shared/webhooks/content.ts";
import { subaccountOf } from "#shared/webhooks/subaccount.ts";
import type { ApiDeps, Answered, Request } from "../deps.ts";
import { withoutNulls } from "../without-nulls.ts";
import { contentRules } from "./content.ts";

/** `POST /webhooks/filter-test`: what a webhook with a filter and a selection would get of some events. Stores nothing. */
export const testFilter = async (
  deps: ApiDeps,
  { body, header }: Request,
): Promise<Answered<"POST /v1/webhooks/filter-test">> => {
  // Refused when it is none, although no webhook is looked up.
  subaccountOf(header("x-msys-subaccount"));
  const wanted = validate(filterTestRequest, withoutNulls(parseJson(body, portable)), nearestEventKey);
  const events = wanted.events === undefined ? samples(wanted.sample_events) : eventsAsWritten(body);
  const content = contentOf(contentRules(deps, wanted, {}));
  const taken = events.flatMap((value, at): readonly EventSpan[] => {
    const event = spanOf(Buffer.from(JSON.stringify(value)));
    const fields = readFields(event);
    if (fields === undefined) throw noEvent(at);
    if (content === undefined) return [event];
    if (!content.admits(fields, event)) return [];
    return [content.rewrite === undefined ? event : content.rewrite(event)];
  });
  const first = taken.slice(0, shownMatches).map(envelopeOf);
  return await Promise.resolve({
    status: 200,
    body: { results: { events: events.length, matched: taken.length, first } },
  });
};

/** The events of a body that has some, their numbers to the last digit. */
const eventsAsWritten = (body: Buffer): readonly unknown[] =>
  (exactJsonOf(new TextDecoder().decode(body)) as { readonly events: readonly unknown[] }).events;

/** What is JSON by now. */
const envelopeOf = (event: EventSpan): Readonly<Record<string, unknown>> =>
  exactJsonOf(bytesOf(event).toString()) as Readonly<Record<string, unknown>>;

const noEvent = (at: number) =>
  errors.invalid(`'events[${at}]' must be an event`, 'An event is {"msys": {"<class>": {…}}}, as a target gets it.');
