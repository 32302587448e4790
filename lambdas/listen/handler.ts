import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { healthEventKeys } from "#shared/contract/words.ts";
import { errors, validate } from "#shared/errors.ts";
import {
  httpAnswers,
  jsonHeaders,
  requestHeader,
  requestQuery,
  requireCaller,
  requireMethod,
} from "#shared/runtime/http.ts";
import type { WebhookStore } from "#shared/stores.ts";
import { type RequestLimitDeps, requestLimit } from "#shared/runtime/request-limit.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import { eventStreamQuery } from "#shared/contract/api/event-stream.ts";
import { subaccountOf } from "#shared/webhooks/subaccount.ts";
import { takes } from "#shared/webhooks/routing.ts";
import { takeContent } from "#shared/webhooks/content.ts";
import type { RoutedEvent } from "#shared/events/span.ts";
import type { ContentRules, EventRules } from "#shared/webhooks/webhook.ts";
import * as z from "zod";
import { decodeCursor, encodeCursor, type Place } from "./cursor.ts";
import { poll, type PollDeps } from "./poll.ts";
import { inSlot, type SlotDeps } from "./slots.ts";

export interface ListenDeps extends PollDeps, SlotDeps, RequestLimitDeps {
  readonly streamName: string;
  /** How long the stream keeps events. */
  readonly retentionHours: number;
  readonly telemetry: Telemetry;
  readonly webhooks: Pick<WebhookStore, "find">;
}

const hourMs = 60 * 60 * 1_000;
/** Records this close to the end of their retention might be gone before they are read. */
const marginMs = 60_000;

/**
 * `GET /events/stream`: the events of the caller's customer as they come. Nothing is noted of what has been answered: who
 * listens keeps the cursor, and webhooks get their events all the same.
 */
export const createHandler = (deps: ListenDeps) => {
  const admit = requestLimit(deps, "management");
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(deps.telemetry.logger, { resetKeys: true }))
    .use(httpAnswers(deps.telemetry))
    .handler(async (event) => {
      const caller = requireCaller(event, "webhooks/modify");
      const { customerId } = caller;
      requireMethod(event, "GET");
      await admit(caller);
      const query = validate(eventStreamQuery, requestQuery(event));
      const owner = { customerId, streamName: deps.streamName };
      const rules = await rulesOf(deps, {
        customerId,
        webhookId: query.webhook_id,
        types: query.events,
        subaccount: subaccountOf(requestHeader(event, "x-msys-subaccount")),
      });
      const place = placeOf(deps, { owner, cursor: query.cursor, from: query.from });
      const answer = await inSlot(
        deps,
        customerId,
        async () =>
          await poll(deps, {
            customerId,
            place,
            give: (found) => takeAll(rules, found),
            limit: query.limit,
            waitMs: query.wait * 1_000,
          }),
      );
      const { events, behindMs, omitted } = answer;
      deps.telemetry.eventsPolled({ customerId, events: events.length, omitted, behindMs });
      const facts = { next_cursor: encodeCursor(owner, answer.place), behind_ms: behindMs, omitted };
      return {
        statusCode: 200,
        headers: jsonHeaders,
        // Each event as its producer wrote it, so that what listens gets the bytes that a webhook would get.
        body: `{"results":[${events.map(String).join(",")}],${JSON.stringify(facts).slice(1)}`,
      };
    });
};

/** An event that passes all rules, as the webhook among them gets it; undefined when it does not pass. */
const takeAll = (rules: readonly (EventRules & ContentRules)[], event: RoutedEvent): RoutedEvent | undefined =>
  rules.reduce<RoutedEvent | undefined>(
    (taken, rule) => (taken !== undefined && takes(rule, taken) ? takeContent(rule, taken) : undefined),
    event,
  );

/** Rules that an event must pass, all of them. */
const rulesOf = async (
  { webhooks }: Pick<ListenDeps, "webhooks">,
  wanted: {
    readonly customerId: string;
    readonly webhookId: string | undefined;
    readonly types: readonly string[] | undefined;
    readonly subaccount: ReturnType<typeof subaccountOf>;
  },
): Promise<readonly (EventRules & ContentRules)[]> => {
  const { customerId, webhookId, types, subaccount } = wanted;
  // Without types or a webhook, events about webhooks stay out, as they do of webhooks that take all.
  const named = types ?? (webhookId === undefined ? [] : healthEventKeys);
  const rules: EventRules[] = [{ eventsMode: types === undefined ? "all" : "selected", events: named }];
  if (subaccount !== "all") rules.push({ eventsMode: "all", events: healthEventKeys, subaccountId: subaccount });
  if (webhookId === undefined) return rules;
  const id = z.uuid().safeParse(webhookId);
  const webhook = id.success ? await webhooks.find(customerId, id.data.toLowerCase()) : undefined;
  if (webhook === undefined || (subaccount !== "all" && webhook.subaccountId !== subaccount)) {
    throw errors.notFound("Resource could not be found", "There is no such webhook.");
  }
  return [...rules, webhook];
};

const placeOf = (
  { now, retentionHours }: Pick<ListenDeps, "now" | "retentionHours">,
  wanted: {
    readonly owner: { readonly customerId: string; readonly streamName: string };
    readonly cursor: string | undefined;
    readonly from: string | undefined;
  },
): Place => {
  const at = now();
  const oldest = at - retentionHours * hourMs + marginMs;
  if (wanted.cursor !== undefined) return decodeCursor(wanted.owner, wanted.cursor, oldest);
  const since = wanted.from === undefined ? at : Date.parse(wanted.from);
  if (since > at || since < oldest) {
    const range = `${new Date(oldest).toISOString()} to ${new Date(at).toISOString()}`;
    throw errors.badParameter(
      "'from' is not a time that events are kept from",
      `Sent: ${JSON.stringify(wanted.from)}. Accepted: ${range}.`,
    );
  }
  return { since, shards: new Map() };
};
