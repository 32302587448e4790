import { answerTimeoutMs } from "#shared/contract/limits.ts";
import { probeRequest } from "#shared/domain/api/probe-request.ts";
import { subaccountOf } from "#shared/domain/api/subaccount.ts";
import { wantedSettings } from "#shared/domain/api/wanted-settings.ts";
import { testBody } from "#shared/domain/delivery-headers.ts";
import type { DeliverySettings } from "#shared/domain/delivery-settings.ts";
import { DependencyError, RequestError } from "#shared/domain/errors.ts";
import { isEventKey } from "#shared/domain/event-catalogue/event-key.ts";
import { samples } from "#shared/domain/event-catalogue/samples.ts";
import { parseJson, validate } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { sendTestPost } from "../test-post.ts";
import { findWebhook } from "./find-webhook.ts";
import { probeView } from "./probe-view.ts";

/** `POST /webhooks/probe`: the test POST for settings that are not stored; answers 200 whatever the target did. */
export const probeTarget = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  // Refused when it is none, also where no webhook is looked up.
  subaccountOf(request.header("x-msys-subaccount"));
  const { webhook_id: webhookId, sample_events: events, ...wanted } = validate(probeRequest, parseJson(request.body));
  const stored = webhookId === undefined ? undefined : await storedSettings(deps, request, webhookId);
  if (wanted.target === undefined && stored === undefined) throw targetRequired();
  const settings = wantedSettings({
    request: wanted,
    newSecret: deps.newSigningSecret(),
    ...(stored === undefined ? {} : { stored }),
  });
  const body = events === undefined ? testBody : JSON.stringify(samples(events.filter(isEventKey)));
  const test = await sendTestPost(deps, settings, body);
  const limitMs = answerTimeoutMs;
  return { status: 200, results: probeView(test, { target: settings.target, body, limitMs, now: deps.now() }) };
};

/** What a registered webhook is delivered with: fills what the request leaves out or shows masked. */
const storedSettings = async (deps: ApiDeps, request: Request, id: string): Promise<DeliverySettings> => {
  const { webhookId, settingsRevision } = await findWebhook(deps, { ...request, parameters: { id } });
  const stored = await deps.settings.find(webhookId, settingsRevision);
  if (stored === undefined) throw new DependencyError("The delivery settings of a webhook are gone");
  return stored;
};

const targetRequired = (): RequestError =>
  new RequestError(422, {
    message: "'target' is required",
    description: "Name the URL to try, or a webhook in 'webhook_id'.",
    code: "1400",
  });
