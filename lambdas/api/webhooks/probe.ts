import { answerTimeoutMs } from "#shared/contract/limits.ts";
import type { ViewOf } from "#shared/contract/api/answers.ts";
import type { ProbeResult } from "#shared/contract/api/probe.ts";
import { subaccountOf } from "#shared/webhooks/subaccount.ts";
import { readProbe } from "./requests.ts";
import { wantedSettings } from "./settings.ts";
import { testBody } from "#shared/delivery/headers.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import { DependencyError, type RequestError, errors, parseJson } from "#shared/errors.ts";
import { samples } from "#shared/events/catalogue/samples.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { contentRules, testEvents } from "./content.ts";
import { remedyFor } from "../remedies.ts";
import { type TestPost, requireTestPost, sendTestPost } from "./test-post.ts";
import { findWebhook } from "./read.ts";
import { type TargetAnswer, reasonForStatus } from "#shared/delivery/outbound.ts";
import type { FailureReason, ProbeStage } from "#shared/contract/words.ts";
import { mask, maskSecret } from "#shared/webhooks/mask-secret.ts";
import { timingsView } from "../batches/read.ts";

/** `POST /webhooks/probe`: the test POST for settings that are not stored; answers 200 whatever the target did. */
export const probeTarget = async (deps: ApiDeps, request: Request): Promise<Answered<"POST /v1/webhooks/probe">> => {
  // Refused when it is none, also where no webhook is looked up.
  subaccountOf(request.header("x-msys-subaccount"));
  const { webhook_id: webhookId, sample_events: events, ...wanted } = readProbe(request.body);
  const webhook =
    webhookId === undefined ? undefined : await findWebhook(deps, { ...request, parameters: { id: webhookId } });
  const stored = webhook && (await storedSettings(deps, webhook));
  if (wanted.target === undefined && stored === undefined) throw targetRequired();
  const settings = wantedSettings({
    request: wanted,
    newSecret: deps.newSigningSecret(),
    ...(stored === undefined ? {} : { stored }),
  });
  const body = events === undefined ? testBody : testEvents(contentRules(deps, wanted, webhook ?? {}), samples(events));
  const test = await sendTestPost(deps, settings, body);
  const limitMs = answerTimeoutMs;
  return {
    status: 200,
    body: { results: probeView(test, { target: settings.target, body, limitMs, now: deps.now() }) },
  };
};

/** What a registered webhook is delivered with: fills what the request leaves out or shows masked. */
const storedSettings = async (
  deps: ApiDeps,
  { webhookId, settingsRevision }: Pick<Webhook, "webhookId" | "settingsRevision">,
): Promise<DeliverySettings> => {
  const stored = await deps.settings.find(webhookId, settingsRevision);
  if (stored === undefined) throw new DependencyError("The delivery settings of a webhook are gone");
  return stored;
};

const targetRequired = (): RequestError =>
  errors.missing("'target' is required", "Name the URL to try, or a webhook in 'webhook_id'.");

/** `POST /webhooks/{id}/validate`: sends a batch to the stored target and reports its answer. Changes nothing. */
export const validateWebhook = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/webhooks/{id}/validate">> => {
  const webhook = await findWebhook(deps, request);
  const body = validationBody(request.body, webhook);
  const settings = await storedSettings(deps, webhook);
  const { status, headers, excerpt } = await requireTestPost(deps, settings, body);
  return {
    status: 200,
    body: { results: { msg: "Test POST to endpoint succeeded", response: { status, headers, body: excerpt } } },
  };
};

/**
 * Clients send one of three forms: nothing, the body itself as an array, or `{"message": …}` with the body inside.
 * A single object is wrapped, because targets always get an array. The webhook's selection goes for test events, too.
 */
const validationBody = (sent: Buffer, webhook: Webhook): string => {
  if (sent.length === 0) return testBody;
  const value = parseJson(sent);
  if (Array.isArray(value)) return testEvents(webhook, value);
  const message = typeof value === "object" && value !== null && "message" in value ? value.message : undefined;
  if (Array.isArray(message)) return testEvents(webhook, message);
  if (typeof message === "object" && message !== null) return testEvents(webhook, [message]);
  const forms = "Send no body, an array of events, or an object whose 'message' is an event or an array of events.";
  if (message === undefined) throw errors.missing("'message' is required", forms);
  throw errors.invalid("'message' must be an object or an array", forms);
};

const dayMs = 24 * 60 * 60 * 1_000;

interface Probe {
  readonly target: string;
  /** The body before compression. */
  readonly body: string;
  /** Time that a target has to answer. */
  readonly limitMs: number;
  /** Unix milliseconds. */
  readonly now: number;
}

/** A test POST as the API shows it: what was sent, what came back, how long it took, and what to do about a failure. */
const probeView = (test: TestPost, { target, body, limitMs, now }: Probe): ViewOf<ProbeResult> => {
  if (test.kind === "token_failed") {
    const { token } = test;
    const response = token.kind === "refused" ? { status: token.status, headers: token.headers, body: token.body } : {};
    return { ok: false, stage: "token", ...failure("token_failed"), limit_ms: limitMs, token_response: response };
  }
  const request = { method: "POST", url: target, headers: maskHeaders(test.headers), body };
  return { ...exchangeView(test.answer, { limitMs, now }), request };
};

/** What came of a POST to a target, and what to do about a failure. */
export const exchangeView = (answer: TargetAnswer, { limitMs, now }: Pick<Probe, "limitMs" | "now">) => {
  const { certificateValidTo: validTo } = answer;
  const common = {
    stage: probeStage(answer),
    latency_ms: answer.timings.totalMs,
    limit_ms: limitMs,
    timings: timingsView(answer.timings),
    tls: validTo === undefined ? undefined : { valid_to: validTo, days_left: daysUntil(validTo, now) },
  };
  if (answer.kind === "failed") {
    return {
      ok: false,
      ...failure(answer.reason, { errorCode: answer.errorCode }),
      error_code: answer.errorCode,
      ...common,
    };
  }
  const { status, headers, excerpt, isTruncated } = answer;
  const response = { status, headers, body: excerpt, truncated: isTruncated };
  const isSuccess = status >= 200 && status < 300;
  return {
    ok: isSuccess,
    ...(isSuccess ? {} : failure(reasonForStatus(status), { status, excerpt })),
    ...common,
    response,
  };
};

/** Reasons that belong to one stage; the others come with an answer. */
const stages: Readonly<Partial<Record<FailureReason, ProbeStage>>> = {
  invalid_target: "resolve",
  address_refused: "resolve",
  dns_failed: "resolve",
  dns_timeout: "resolve",
  connect_timeout: "connect",
  connect_failed: "connect",
  tls_expired: "tls",
  tls_name_mismatch: "tls",
  tls_untrusted: "tls",
  tls_failed: "tls",
  upload_timeout: "upload",
  response_timeout: "wait",
};

/** The stage at which a test POST ended. */
export const probeStage = (answer: TargetAnswer): ProbeStage => {
  if (answer.kind === "answered") return "response";
  const stage = stages[answer.reason];
  if (stage !== undefined) return stage;
  if (answer.isUploaded) return "wait";
  return answer.timings.uploadMs === undefined ? "connect" : "upload";
};

const failure = (...[reason, answer]: Parameters<typeof remedyFor>) => ({ reason, ...remedyFor(reason, answer) });

const daysUntil = (time: string, now: number): number => Math.floor((Date.parse(time) - now) / dayMs);

/** Headers that Tidepost sets itself and that hold no secret; names in lower case. */
const openHeaders: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-type",
  "traceparent",
  "user-agent",
  "webhook-id",
  "webhook-timestamp",
  "x-messagesystems-batch-id",
  "x-tidepost-hop",
]);

/** Credentials are masked whole: the end of a Basic header may be all of a short password. */
const maskHeaders = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const lower = name.toLowerCase();
      if (openHeaders.has(lower)) return [name, value];
      return [name, lower === "authorization" ? value.replace(/^(\S+ )?.*$/s, `$1${mask}`) : maskSecret(value)];
    }),
  );
