import { randomBytes } from "node:crypto";
import { batchBody } from "#shared/delivery/batch.ts";
import { encodeBody } from "#shared/delivery/body.ts";
import { deliveryHeaders } from "#shared/delivery/headers.ts";
import type { EventSpan } from "#shared/events/span.ts";
import { answerTimeoutMs } from "#shared/contract/limits.ts";
import { type DeliverySettings, signingKeyBytes, signingSecretOf } from "#shared/webhooks/settings.ts";

/** How batches are sent to the program that listens. */
export interface ForwardOptions {
  readonly url: string;
  /** `X-MessageSystems-Webhook-Token`; empty: none. */
  readonly token: string;
  /** Signs as a webhook with this secret does. */
  readonly secret: string;
  /** How bodies are compressed; undefined: not at all. */
  readonly compression: DeliverySettings["compression"];
}

/** A signing secret for one run of the command. */
export const newSecret = (): string => signingSecretOf(randomBytes(signingKeyBytes));

/** One attempt to send a batch. */
export interface ForwardAttempt {
  readonly outcome: "delivered" | "failed";
  readonly status?: number;
  /** Why there was no answer, as Node names it. */
  readonly error_code?: string;
  readonly latency_ms: number;
}

/** POSTs a batch as `deliver` does: the same body and headers, and the receiver has six seconds. */
export const forward = async (
  { url, token, secret, compression }: ForwardOptions,
  { batchId, events }: { readonly batchId: string; readonly events: readonly EventSpan[] },
): Promise<ForwardAttempt> => {
  const json = batchBody(events);
  const body = Buffer.from(compression === undefined ? json : (await encodeBody(json, compression)).bytes);
  const settings = {
    authToken: token,
    auth: { type: "none" },
    customHeaders: {},
    signing: { secret, rotated: [] },
    ...(compression === undefined ? {} : { compression }),
  } as const;
  const headers = deliveryHeaders({ batchId, settings, json, now: Date.now() });
  const startedAt = performance.now();
  const latencyMs = (): number => Math.round(performance.now() - startedAt);
  try {
    const signal = AbortSignal.timeout(answerTimeoutMs);
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    await answer.body?.cancel();
    const { status } = answer;
    return { outcome: status >= 200 && status < 300 ? "delivered" : "failed", status, latency_ms: latencyMs() };
  } catch (error) {
    return { outcome: "failed", error_code: codeOf(error), latency_ms: latencyMs() };
  }
};

const codeOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : String(cause);
};
