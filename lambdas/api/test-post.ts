import { deliveryHeaders, testBatchId, testBody } from "#shared/domain/delivery-headers.ts";
import type { DeliverySettings, Oauth2 } from "#shared/domain/delivery-settings.ts";
import { RequestError } from "#shared/domain/errors.ts";
import { type FailureReason, reasonForStatus } from "#shared/domain/failure-reason.ts";
import { remedyFor } from "#shared/domain/failure-remedy.ts";
import type { OutboundRequest, TargetAnswer } from "#shared/domain/target-answer.ts";
import type { TokenAnswer } from "#shared/domain/token-answer.ts";

export interface TestPostDeps {
  readonly targets: { readonly post: (request: OutboundRequest) => Promise<TargetAnswer> };
  readonly tokens: { readonly request: (auth: Oauth2) => Promise<TokenAnswer> };
}

/** What was sent in a test POST and what came of it. */
export type TestPost =
  | { readonly kind: "token_failed"; readonly token: Exclude<TokenAnswer, { kind: "token" }> }
  | {
      readonly kind: "sent";
      /** Secrets included: mask them before they leave the function. */
      readonly headers: Readonly<Record<string, string>>;
      readonly answer: TargetAnswer;
    };

/** POSTs a test body with everything that a batch would carry, a fresh access token included. */
export const sendTestPost = async (
  { targets, tokens }: TestPostDeps,
  settings: DeliverySettings,
  body: string = testBody,
): Promise<TestPost> => {
  const token = settings.auth.type === "oauth2" ? await tokens.request(settings.auth) : undefined;
  if (token !== undefined && token.kind !== "token") return { kind: "token_failed", token };
  const headers = deliveryHeaders({ batchId: testBatchId, settings, accessToken: token?.accessToken });
  const answer = await targets.post({ url: settings.target, headers, body: Buffer.from(body) });
  return { kind: "sent", headers, answer };
};

/** Sends a test POST; throws what the API answers when the target does not take it. */
export const requireTestPost = async (
  deps: TestPostDeps,
  settings: DeliverySettings,
  body?: string,
): Promise<Extract<TargetAnswer, { kind: "answered" }>> => {
  const test = await sendTestPost(deps, settings, body);
  if (test.kind === "token_failed") throw tokenFailed(test.token);
  const { answer } = test;
  if (answer.kind === "failed") throw targetUnreachable(answer.reason, answer.errorCode);
  const { status, headers, excerpt } = answer;
  if (status >= 200 && status < 300) return answer;
  const message = `POST to webhook target URL failed with non-2xx response code ${status}: `;
  throw testPostFailed({ message, reason: reasonForStatus(status), response: { status, headers, body: excerpt } });
};

const targetUnreachable = (reason: FailureReason, errorCode: string): RequestError => {
  if (reason !== "address_refused") {
    return testPostFailed({ message: `POST to webhook target URL failed with error code ${errorCode}`, reason });
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
  readonly response?: unknown;
}): RequestError => {
  const { likely, fix } = remedyFor(failure.reason);
  const description = `The target must answer the test POST with a 2xx status within 6 seconds. ${likely}`;
  return new RequestError(400, { ...failure, description, fix, code: "1200" });
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
