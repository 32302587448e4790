import { reasonForStatus } from "#shared/domain/failure-reason.ts";
import { remedyFor } from "#shared/domain/failure-remedy.ts";
import { maskSecret } from "#shared/domain/mask-secret.ts";
import { probeStage } from "#shared/domain/probe-stage.ts";
import type { TestPost } from "../test-post.ts";
import { timingsView } from "../timings-view.ts";

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
export const probeView = (test: TestPost, { target, body, limitMs, now }: Probe) => {
  if (test.kind === "token_failed") {
    const { token } = test;
    const response = token.kind === "refused" ? { status: token.status, headers: token.headers, body: token.body } : {};
    return { ok: false, stage: "token", ...failure("token_failed"), limit_ms: limitMs, token_response: response };
  }
  const { answer } = test;
  const { certificateValidTo: validTo } = answer;
  const common = {
    stage: probeStage(answer),
    request: { method: "POST", url: target, headers: maskHeaders(test.headers), body },
    latency_ms: answer.timings.totalMs,
    limit_ms: limitMs,
    timings: timingsView(answer.timings),
    tls: validTo === undefined ? undefined : { valid_to: validTo, days_left: daysUntil(validTo, now) },
  };
  if (answer.kind === "failed") {
    return { ok: false, ...failure(answer.reason), error_code: answer.errorCode, ...common };
  }
  const { status, headers, excerpt, isTruncated } = answer;
  const response = { status, headers, body: excerpt, truncated: isTruncated };
  const isSuccess = status >= 200 && status < 300;
  return { ok: isSuccess, ...(isSuccess ? {} : failure(reasonForStatus(status))), ...common, response };
};

const failure = (reason: Parameters<typeof remedyFor>[0]) => ({ reason, ...remedyFor(reason) });

const daysUntil = (time: string, now: number): number => Math.floor((Date.parse(time) - now) / dayMs);

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
