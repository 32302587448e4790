import { wantedSettings } from "#shared/domain/api/wanted-settings.ts";
import { createWebhookRequest } from "#shared/domain/api/webhook-request.ts";
import { testBody } from "#shared/domain/delivery-headers.ts";
import { reasonForStatus } from "#shared/domain/failure-reason.ts";
import { remedyFor } from "#shared/domain/failure-remedy.ts";
import { maskSecret } from "#shared/domain/mask-secret.ts";
import { parseJson, validate } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { sendTestPost, type TestPost } from "../test-post.ts";
import { timingsView } from "../timings-view.ts";

/** What a webhook needs for its POSTs; the other fields of a webhook are ignored. */
export const probeRequest = createWebhookRequest.pick({
  target: true,
  auth_type: true,
  auth_request_details: true,
  auth_credentials: true,
  auth_token: true,
  custom_headers: true,
  signing: true,
  compression: true,
});

/** `POST /webhooks/probe`: the test POST for a webhook that is not stored; answers 200 whatever the target did. */
export const probeTarget = async (deps: ApiDeps, { body }: Request): Promise<Answer> => {
  const wanted = validate(probeRequest, parseJson(body));
  const settings = wantedSettings({ request: wanted, newSecret: deps.newSigningSecret() });
  const test = await sendTestPost(deps, settings);
  return { status: 200, results: describe(wanted.target, test) };
};

const describe = (target: string, test: TestPost) => {
  if (test.kind === "token_failed") {
    const { token } = test;
    const response = token.kind === "refused" ? { status: token.status, headers: token.headers, body: token.body } : {};
    return { ok: false, ...failure("token_failed"), token_response: response };
  }
  const { answer, headers } = test;
  const request = { method: "POST", url: target, headers: maskHeaders(headers), body: testBody };
  const timings = timingsView(answer.timings);
  if (answer.kind === "failed") {
    return { ok: false, ...failure(answer.reason), error_code: answer.errorCode, request, timings };
  }
  const { status } = answer;
  const response = { status, headers: answer.headers, body: answer.excerpt };
  const isSuccess = status >= 200 && status < 300;
  return { ok: isSuccess, ...(isSuccess ? {} : failure(reasonForStatus(status))), request, response, timings };
};

const failure = (reason: Parameters<typeof remedyFor>[0]) => ({ reason, ...remedyFor(reason) });

/** Headers that Tidepost sets itself and that hold no secret. */
const openHeaders: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-type",
  "user-agent",
  "webhook-id",
  "webhook-timestamp",
  "x-messagesystems-batch-id",
]);

const maskHeaders = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, openHeaders.has(name) ? value : maskSecret(value)]),
  );
