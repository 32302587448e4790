import { deliveryHeaders, testBatchId, testBody, testMessageId } from "#shared/delivery/headers.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import { encodeBody } from "#shared/delivery/body.ts";
import { type RequestError, errors } from "#shared/errors.ts";
import type { FailureReason } from "#shared/contract/words.ts";
import { type TargetAnswer, type TokenAnswer, reasonForStatus } from "#shared/delivery/outbound.ts";
import type { Targets, TokenEndpoint } from "#shared/stores.ts";
import { type Redactor, redactorOf } from "#shared/webhooks/redact.ts";

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
    return testPostFailed({ message, reason, compression });
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
  readonly compression: DeliverySettings["compression"];
  readonly response?: unknown;
}): RequestError => {
  const { message, compression, ...shown } = failure;
  const { likely, fix } = remedyFor(failure.reason);
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

/** What a failure usually means, and what to do about it. Sentences for a webhook's owner. */
interface Remedy {
  readonly likely: string;
  readonly fix: string;
}

const remedies: Readonly<Record<FailureReason, Remedy>> = {
  invalid_target: {
    likely: "The target is not a URL that can be called.",
    fix: "Use an absolute http or https URL without user name and password.",
  },
  address_refused: {
    likely: "The target's name leads to a private, local or reserved address.",
    fix: "Use a target on a public address, or ask the operator to allow its range.",
  },
  dns_failed: {
    likely: "The target's host name cannot be resolved.",
    fix: "Check the spelling of the host name and that its DNS record is public.",
  },
  dns_timeout: {
    likely: "The name servers of the target's domain do not answer.",
    fix: "Check that the domain's name servers are up and can be reached from everywhere.",
  },
  connect_timeout: {
    likely: "A firewall drops the connection, or the host is down.",
    fix: "Open the target's port to the sender's addresses and check that the host is up.",
  },
  connect_failed: {
    likely: "Nothing listens on the target's port.",
    fix: "Check the port, and that the receiver runs.",
  },
  tls_expired: {
    likely: "The target's certificate has expired, or is not valid yet.",
    fix: "Renew the certificate, and check that the server uses the new one.",
  },
  tls_name_mismatch: {
    likely: "The target's certificate is for other host names.",
    fix: "Use a host name that the certificate covers, or serve a certificate for the target's.",
  },
  tls_untrusted: {
    likely: "The certificate is self-signed, or comes without its intermediate certificates.",
    fix: "Serve the full chain of a certificate from a public certificate authority.",
  },
  tls_failed: {
    likely: "What answers on this port does not speak TLS, or only an outdated version of it.",
    fix: "Check the port and the scheme, and that the server speaks TLS 1.2 or later.",
  },
  connection_reset: {
    likely: "The receiver, or a proxy before it, closed the connection before it answered.",
    fix: "Look for a crash, a body size limit or an idle time-out at the receiver and its proxies.",
  },
  upload_timeout: {
    likely: "The receiver reads the body too slowly.",
    fix: "Read the whole body at once, or lower the webhook's batch_size.",
  },
  response_timeout: {
    likely: "The receiver processes the batch before it answers.",
    fix: "Answer 2xx first and process afterwards, or lower the webhook's batch_size.",
  },
  invalid_response: {
    likely: "What answers on this port does not speak HTTP/1.1.",
    fix: "Check the port and the scheme: https targets need TLS.",
  },
  http_3xx: {
    likely: "The target redirects; redirects are not followed.",
    fix: "Register the URL that the redirect leads to.",
  },
  auth_rejected: {
    likely: "The receiver does not accept the token, user or header that it was sent.",
    fix: "Compare auth_token, auth_credentials and custom_headers with what the receiver expects.",
  },
  http_413: {
    likely: "The body is larger than the receiver, or a proxy before it, takes.",
    fix: "Raise their limit, or lower the webhook's max_batch_bytes; the batch is split until it fits.",
  },
  http_429: {
    likely: "The receiver asks to slow down.",
    fix: "Raise the receiver's limit, or answer with Retry-After, which is honoured up to 15 minutes.",
  },
  http_4xx: {
    likely: "The path is wrong, or POST is not allowed there.",
    fix: "Check the target's path and the methods that its route takes.",
  },
  http_5xx: {
    likely: "The receiver failed, or a proxy could not reach it.",
    fix: "Look into the receiver's log at the time of the attempt.",
  },
  http_other: {
    likely: "The receiver answers with a status outside the HTTP standard.",
    fix: "Answer with a 2xx status.",
  },
  token_failed: {
    likely: "The token endpoint did not give an access token.",
    fix: "Check auth_request_details: url, client id, client secret and content_type.",
  },
};

/** The remedy for a failure. */
export const remedyFor = (reason: FailureReason): Remedy => remedies[reason];
