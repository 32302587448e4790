import { deliveryHeaders, testBatchId, testBody } from "#shared/domain/delivery-headers.ts";
import type { DeliverySettings, Oauth2 } from "#shared/domain/delivery-settings.ts";
import { encodeBody } from "#shared/domain/encoded-body.ts";
import { RequestError } from "#shared/domain/errors.ts";
import { type FailureReason, reasonForStatus } from "#shared/domain/failure-reason.ts";
import { type Redactor, redactorOf } from "#shared/domain/redact-secrets.ts";
import { remedyFor } from "#shared/domain/failure-remedy.ts";
import type { OutboundRequest, TargetAnswer } from "#shared/domain/target-answer.ts";
import type { TokenAnswer } from "#shared/domain/token-answer.ts";

export interface TestPostDeps {
  readonly targets: { readonly post: (request: OutboundRequest) => Promise<TargetAnswer> };
  readonly tokens: { readonly request: (auth: Oauth2) => Promise<TokenAnswer> };
  /** Unix milliseconds. */
  readonly now: () => number;
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
  { targets, tokens, now }: TestPostDeps,
  settings: DeliverySettings,
  text: string = testBody,
): Promise<TestPost> => {
  const token = settings.auth.type === "oauth2" ? await tokens.request(settings.auth) : undefined;
  if (token !== undefined && token.kind !== "token") {
    return { kind: "token_failed", token: token.kind === "refused" ? redacted(token, redactorOf(settings)) : token };
  }
  const plain = Buffer.from(text);
  const { compression } = settings;
  const body = compression === undefined ? plain : (await encodeBody(plain, compression)).bytes;
  const accessToken = token?.accessToken;
  const headers = deliveryHeaders({ batchId: testBatchId, settings, accessToken, body, now: now() });
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
  // Compression is no suspect when the request was never sent.
  const isCompressed = settings.compression === "gzip" && answer.timings.uploadMs !== undefined;
  if (answer.kind === "failed") throw targetUnreachable(answer, isCompressed);
  const { status, headers, excerpt } = answer;
  if (status >= 200 && status < 300) return answer;
  const message = `POST to webhook target URL failed with non-2xx response code ${status}: `;
  const response = { status, headers, body: excerpt };
  throw testPostFailed({ message, reason: reasonForStatus(status), isCompressed, response });
};

const sentCompressed =
  "The test was sent compressed (Content-Encoding: gzip): if the target does not take that, leave 'compression' out or " +
  "send 'none'.";

const targetUnreachable = (
  { reason, errorCode }: Extract<TargetAnswer, { kind: "failed" }>,
  isCompressed: boolean,
): RequestError => {
  if (reason !== "address_refused") {
    const message = `POST to webhook target URL failed with error code ${errorCode}`;
    return testPostFailed({ message, reason, isCompressed });
  }
  return new RequestError(422, {
    message: "'target' must be on a public address",
    description: "Targets on private, local or reserved addresses are not called.",
    code: "1300",
    reason,
  });
};

const testPostFailed = (failure: {
  readonly message: string;
  readonly reason: FailureReason;
  readonly isCompressed: boolean;
  readonly response?: unknown;
}): RequestError => {
  const { isCompressed, ...shown } = failure;
  const { likely, fix } = remedyFor(failure.reason);
  const compressed = isCompressed ? ` ${sentCompressed}` : "";
  const description = `The target must answer the test POST with a 2xx status within 6 seconds. ${likely}${compressed}`;
  return new RequestError(400, { ...shown, description, fix, code: "1200" });
};

const tokenFailed = (token: Exclude<TokenAnswer, { kind: "token" }>): RequestError =>
  new RequestError(400, {
    message: "POST to webhook tokens URL failed",
    // A number, as the original product documents it.
    code: 400,
    reason: "token_failed",
    fix: remedyFor("token_failed").fix,
    ...(token.kind === "unreachable"
      ? { description: `The token URL could not be reached: ${token.errorCode}.` }
      : {
          description: `The token URL answered ${token.status} without an access token.`,
          response: { status: token.status, headers: token.headers, body: token.body },
        }),
  });
