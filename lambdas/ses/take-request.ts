import { createHash, randomUUID } from "node:crypto";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import type { Caller } from "#shared/api-key.ts";
import type { ResultsOf } from "#shared/contract/api/answers.ts";
import { maxSesInflatedBytes } from "#shared/contract/limits.ts";
import { sesDocuments } from "#shared/contract/ses-documents.ts";
import type { Undecodable } from "#shared/events/decode-record.ts";
import { readText } from "#shared/events/read-text.ts";
import { type RequestError, errors } from "#shared/errors.ts";
import {
  jsonAnswer,
  refuseDeliveries,
  requestBody,
  requestHeader,
  requireCaller,
  requireMethod,
} from "#shared/runtime/http.ts";
import { confirmSubscription, type ConfirmDeps } from "./confirm-subscription.ts";
import { createRecordWriter } from "./record-writer.ts";
import type { TakeMessagesDeps } from "./take-messages.ts";
import { takeText, type TextFacts } from "./take-text.ts";

export interface TakeRequestDeps extends TakeMessagesDeps, ConfirmDeps {
  /** Throws when a key has sent too many requests. */
  readonly admit: (caller: Caller) => Promise<void>;
}

/** Takes the documents of a request for the customer of its key, and answers after the stream has their events. */
export const takeRequest = async (
  deps: TakeRequestDeps,
  request: APIGatewayProxyEvent,
): Promise<APIGatewayProxyResult> => {
  const caller = requireCaller(request, "ingest/write");
  const { customerId } = caller;
  requireMethod(request, "POST");
  await deps.admit(caller);
  refuseDeliveries(request);
  const body = requestBody(request);
  const text = readText(body, requestHeader(request, "content-encoding"), maxSesInflatedBytes);
  const writer = createRecordWriter(deps.stream);
  const mapping = { ...deps.mapping, customerId, isCustomerTagTrusted: false };
  const facts = await takeText(text, { line: 1, mapping, writer });
  if (isNothingReadable(facts)) throw unreadable(facts);
  if (facts.pieces.length > 0) await putAside(deps, { body, customerId, pieces: facts.pieces });
  await writer.flush();
  const refusal = writer.refusal();
  if (refusal !== undefined) {
    deps.telemetry.streamRefused({ customerId, events: facts.events, cause: refusal.cause });
    throw streamUnavailable();
  }
  for (const envelope of facts.envelopes) {
    if (envelope.Type === "SubscriptionConfirmation") await confirmSubscription(deps, envelope);
  }
  const { events, ignored, quarantined, setup } = facts;
  deps.telemetry.documentsTaken({ messages: 1, failed: 0, events, ignored, quarantined, setup });
  const results: ResultsOf<"POST /v1/ingest/ses"> = {
    id: randomUUID(),
    accepted: events,
    ignored: ignored + setup,
    quarantined,
  };
  return jsonAnswer(200, { results });
};

const isNothingReadable = ({ events, ignored, quarantined, setup, unreadable: none }: TextFacts): boolean =>
  none > 0 && events + ignored + setup === 0 && quarantined === none;

const unreadable = ({ pieces }: TextFacts): RequestError =>
  errors.badBody("The request holds no document of Amazon SES", pieces[0]?.problem ?? "");

/** The same request put aside twice is the same object. */
const putAside = async (
  { now, quarantine }: TakeRequestDeps,
  {
    body,
    customerId,
    pieces,
  }: { readonly body: Buffer; readonly customerId: string; readonly pieces: readonly Undecodable[] },
): Promise<void> => {
  await quarantine.put({
    shard: sesDocuments.quarantineShard,
    sequenceNumber: createHash("sha256").update(customerId).update("\0").update(body).digest("hex"),
    partitionKey: customerId,
    arrivedAt: new Date(now()).toISOString(),
    pieces: pieces.map((piece) => ({ ...piece, customerId })),
  });
};

const streamUnavailable = (): RequestError =>
  errors.unavailable(
    "The event stream is not available",
    "Not all events were accepted. Send the request again: those that were become events with the same event_id.",
    { headers: { "retry-after": "5" } },
  );
