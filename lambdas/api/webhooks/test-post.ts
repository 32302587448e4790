import { deliveryHeaders, testBatchId, testBody, testMessageId } from "#shared/delivery/headers.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import { encodeBody } from "#shared/delivery/body.ts";
import { maxTestPostMs, restTimeoutSeconds, tokenTimeoutMs } from "#shared/contract/limits.ts";
import { type RequestError, errors } from "#shared/errors.ts";
import type { TargetResponse } from "#shared/contract/api/probe.ts";
import type { FailureReason } from "#shared/contract/words.ts";
import { type TargetAnswer, type TokenAnswer, reasonForStatus } from "#shared/delivery/outbound.ts";
import type { Targets, TokenEndpoint } from "#shared/stores.ts";
import { remedyFor } from "../remedies.ts";
import { type Redactor, redactorOf } from "#shared/webhooks/redact.ts";

/**
 * Time of a request in which a test POST may begin. The slowest one, with a token before it, then ends with two seconds left
 * for what is stored after it, before API Gateway answers in the function's place.
 */
export const beginTestsWithinMs = restTimeoutSeconds * 1_000 - tokenTimeoutMs - maxTestPostMs - 2_000;

export interface TestPostDeps {
  readonly targets: Targets;
  readonly tokens: TokenEndpoint;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
}

/** What was sent in a test POST and what came of it. */
export type TestPost =
  | { readonly kind: "token_failed"; readonly token: Exclude<TokenAnswer, { kind: "token" }> }
  | {
      readonly kind: "sent";
      /** Secrets included: mask them before they leave the function. */
      readonly headers: Readonly<Record<string, string>>;
      /** Without the secrets that the target may have sent back. */
      readonly answer: TargetAnswer;
    };

/** POSTs a test body as a batch would be: compressed and signed when the settings say so, with a fresh access token. */
export const sendTestPost = async (
  { targets, tokens, now, newId }: TestPostDeps,
  settings: DeliverySettings,
  text: string = testBody,
): Promise<TestPost> => {
  const token = settings.auth.type === "oauth2" ? await tokens.request(settings.auth) : undefined;
  if (token !== undefined && token.kind !== "token") {
    return { kind: "token_failed", token: token.kind === "refused" ? redacted(token, redactorOf(settings)) : token };
  }
  const json = Buffer.from(text);
  const { compression } = settings;
  const body = compression === undefined ? json : (await encodeBody(json, compression)).bytes;
  const accessToken = token?.accessToken;
  const headers = deliveryHeaders({
    batchId: testBatchId,
    messageId: testMessageId(newId()),
    settings,
    accessToken,
    json,
    now: now(),
  });
  const answer = await targets.post({ url: settings.target, headers, body });
  if (answer.kind === "failed") return { kind: "sent", headers, answer };
  const redactor = redactorOf(settings, accessToken);
  const excerpt = redactor.text(answer.excerpt);
  return { kind: "sent", headers, answer: { ...answer, headers: redactor.headers(answer.headers), excerpt } };
};

type Refusal = Extract<TokenAnswer, { kind: "refused" }>;

const redacted = (token: Refusal, redactor: Redactor): Refusal => ({
  ...token,
  headers: redactor.headers(token.headers),
  body: redactor.text(token.body),
});

/** Sends a test POST; throws what the API answers when the target does not take it. */
export const requireTestPost = async (
  deps: TestPostDeps,
  settings: DeliverySettings,
  body?: string,
): Promise<Extract<TargetAnswer, { kind: "answered" }>> => {
  const test = await sendTestPost(deps, settings, body);
  if (test.kind === "token_failed") throw tokenFailed(test.token);
  const { answer } = test;
  // Compression cannot be the cause when the request was never sent.
  const compression = answer.timings.uploadMs === undefined ? undefined : settings.compression;
  if (answer.kind === "failed") throw targetUnreachable(answer, compression);
  const { status, headers, excerpt } = answer;
  if (status >= 200 && status < 300) return answer;
  const message = `POST to webhook target URL failed with non-2xx response code ${status}: `;
  const response = { status, headers, body: excerpt };
  throw testPostFailed({ message, reason: reasonForStatus(status), compression, response });
};

const sentCompressed = (compression: string): string =>
  ` The test was sent compressed (Content-Encoding: ${compression}): if the target does not take that, leave 'compression' out ` +
  "or send 'none'.";

const targetUnreachable = (
  { reason, errorCode }: Extract<TargetAnswer, { kind: "failed" }>,
  compression: DeliverySettings["compression"],
): RequestError => {
  if (reason !== "address_refused") {
    const message = `POST to webhook target URL failed with error code ${errorCode}`;
    return testPostFailed({ message, reason, errorCode, compression });
  }
  return errors.refusedTarget(
    "'target' must be on a public address",
    "Targets on private, local or reserved addresses are not called.",
    { reason },
  );
};

const testPostFailed = (failure: {
  readonly message: string;
  readonly reason: FailureReason;
  readonly errorCode?: string;
  readonly compression: DeliverySettings["compression"];
  readonly response?: TargetResponse;
}): RequestError => {
  const { message, compression, errorCode, ...shown } = failure;
  const { status, body: excerpt } = failure.response ?? {};
  const { likely, fix } = remedyFor(failure.reason, { errorCode, status, excerpt });
  const compressed = compression === undefined ? "" : sentCompressed(compression);
  const description = `The target must answer the test POST with a 2xx status within 6 seconds. ${likely}${compressed}`;
  return errors.testFailed(message, description, { ...shown, fix });
};

const tokenFailed = (token: Exclude<TokenAnswer, { kind: "token" }>): RequestError => {
  const details = { reason: "token_failed", fix: remedyFor("token_failed").fix } as const;
  const message = "POST to webhook tokens URL failed";
  if (token.kind === "unreachable") {
    return errors.tokenFailed(message, `The token URL could not be reached: ${token.errorCode}.`, details);
  }
  const { status, headers, body } = token;
  return errors.tokenFailed(message, `The token URL answered ${status} without an access token.`, {
    ...details,
    response: { status, headers, body },
  });
};
