import { randomUUID } from "node:crypto";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { ResultsOf } from "#shared/contract/api/answers.ts";
import { type PackedRecord, packRecords } from "#shared/events/pack-records.ts";
import { type ErrorBody, type RequestError, errors } from "#shared/errors.ts";
import {
  httpAnswers,
  jsonAnswer,
  requestBody,
  refuseDeliveries,
  requestHeader,
  requireCaller,
  requireMethod,
} from "#shared/runtime/http.ts";
import { type RequestLimitDeps, requestLimit } from "#shared/runtime/request-limit.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { StreamWriter } from "#shared/stream.ts";
import { readText } from "#shared/events/read-text.ts";
import { readEvents } from "./read-events.ts";

export interface IngestDeps extends RequestLimitDeps {
  readonly stream: StreamWriter<PackedRecord>;
  readonly telemetry: Telemetry;
}

/** Takes events, and answers after the stream has them. */
export const createHandler = (deps: IngestDeps) => {
  const admit = requestLimit(deps, "ingest");
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(injectLambdaContext(deps.telemetry.logger, { resetKeys: true }))
    .use(logMetrics(deps.telemetry.metrics))
    .use(httpAnswers(deps.telemetry))
    .handler(async (event) => {
      const caller = requireCaller(event, "ingest/write");
      const { customerId } = caller;
      requireMethod(event, "POST");
      await admit(caller);
      refuseDeliveries(event);
      const text = readText(requestBody(event), requestHeader(event, "content-encoding"));
      const { events, rejected, errors: lineErrors } = readEvents(text);
      const id = randomUUID();
      const facts: ResultsOf<"POST /v1/ingest/events"> = {
        id,
        accepted: events.length,
        rejected,
        ...(lineErrors.length > 0 ? { errors: lineErrors } : {}),
        ...(lineErrors.length < rejected ? { errors_truncated: true } : {}),
      };
      if (events.length === 0 && rejected > 0) {
        throw errors.invalid(
          "No event could be accepted",
          lineErrors.map(({ line, message }) => `line ${line}: ${message}`).join("; "),
          { ingest: facts },
        );
      }
      const records = packRecords(customerId, events);
      const refused = await deps.stream.putAll(records);
      if (refused.records.length > 0) {
        const lines = refused.records.flatMap((record) => record.lines);
        deps.telemetry.streamRefused({ customerId, events: lines.length, cause: refused.cause });
        throw streamUnavailable({ ...facts, accepted: events.length - lines.length, not_accepted_lines: lines });
      }
      deps.telemetry.eventsIngested({ customerId, accepted: events.length, rejected, records: records.length });
      return jsonAnswer(200, { results: facts });
    });
};

const streamUnavailable = (
  facts: NonNullable<ErrorBody["ingest"]> & { readonly not_accepted_lines: readonly number[] },
): RequestError =>
  errors.unavailable(
    "The event stream is not available",
    facts.accepted === 0
      ? "No event was accepted. Send the request again."
      : `${facts.accepted} events were accepted, ${facts.not_accepted_lines.length} were not. Send those lines again, or the ` +
          "whole request: events that arrive twice are delivered twice.",
    { ingest: facts, headers: { "retry-after": "5" } },
  );
