import { testBody } from "#shared/domain/delivery-headers.ts";
import { DependencyError, RequestError } from "#shared/domain/errors.ts";
import { parseJson } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { requireTestPost } from "../test-post.ts";
import { findWebhook } from "./find-webhook.ts";

/** `POST /webhooks/{id}/validate`: sends a batch to the stored target and reports its answer. Changes nothing. */
export const validateWebhook = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const { webhookId, settingsRevision } = await findWebhook(deps, request);
  const body = validationBody(request.body);
  const settings = await deps.settings.find(webhookId, settingsRevision);
  if (settings === undefined) throw new DependencyError("The delivery settings of a webhook are gone");
  const { status, headers, excerpt } = await requireTestPost(deps, settings, body);
  return {
    status: 200,
    results: { msg: "Test POST to endpoint succeeded", response: { status, headers, body: excerpt } },
  };
};

/**
 * Clients send one of three forms: nothing, the body itself as an array, or `{"message": …}` with the body inside.
 * A single object is wrapped, because targets always get an array.
 */
const validationBody = (sent: Buffer): string => {
  if (sent.length === 0) return testBody;
  const value = parseJson(sent);
  if (Array.isArray(value)) return JSON.stringify(value);
  const message = typeof value === "object" && value !== null && "message" in value ? value.message : undefined;
  if (Array.isArray(message)) return JSON.stringify(message);
  if (typeof message === "object" && message !== null) return JSON.stringify([message]);
  throw new RequestError(422, {
    message: message === undefined ? "'message' is required" : "'message' must be an object or an array",
    description: "Send no body, an array of events, or an object whose 'message' is an event or an array of events.",
    code: message === undefined ? "1400" : "1300",
  });
};
