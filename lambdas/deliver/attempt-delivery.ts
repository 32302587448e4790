import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { type Outcome, outcomeOfAnswer } from "#shared/domain/attempt.ts";
import { deliveryHeaders } from "#shared/domain/delivery-headers.ts";
import type { DeliverySettings, Oauth2 } from "#shared/domain/delivery-settings.ts";
import { bodyToSend } from "#shared/domain/encoded-body.ts";
import { DependencyError } from "#shared/domain/errors.ts";
import { redactorOf } from "#shared/domain/redact-secrets.ts";
import type { OutboundTimings } from "#shared/domain/target-answer.ts";
import { loadBody } from "./load-body.ts";
import type { Bodies, Settings, Targets, Tokens } from "./ports.ts";
import { type RecordedAnswer, recordedAnswer } from "./recorded-answer.ts";

export interface AttemptDeps {
  readonly bodies: Bodies;
  readonly settings: Settings;
  readonly targets: Targets;
  readonly tokens: Tokens;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export interface AttemptResult {
  readonly outcome: Outcome;
  readonly timings: OutboundTimings;
  /** Bytes of the body, if it went out whole. */
  readonly bytesSent: number;
  /** What is kept of the target's answer, if there was one. */
  readonly answer?: RecordedAnswer;
}

/** A token younger than this is not why a target answers 400 or 401. */
const minTokenAgeMs = 60_000;
/** A repeat starts only this early in an attempt, so that it ends before the function's time-out. */
const maxRepeatAfterMs = 5_000;
/** Marks the POSTs of a replay with its id. */
const replayHeader = "x-tidepost-replay";

/**
 * POSTs a batch once. Throws only before the POST, and only for faults of ours.
 *
 * @param presentRevision the webhook's present settings, whose secrets sign: a receiver that has rotated its secret must be
 * able to verify batches that were queued before; everything else is the batch's own. Undefined when the webhook is gone.
 */
export const attemptDelivery = async (
  deps: AttemptDeps,
  message: DeliveryMessage,
  presentRevision: number | undefined,
): Promise<AttemptResult> => {
  const own = await deps.settings.find(message.webhookId, message.settingsRevision);
  if (own === undefined) throw new DependencyError("The delivery settings of a batch are gone");
  const present = presentRevision === undefined ? own : await deps.settings.find(message.webhookId, presentRevision);
  const settings = withSigning(own, present ?? own);
  const { batchId, replayId } = message;
  const { auth } = settings;
  const body = await bodyToSend(await loadBody(deps.bodies, message), message.bytes, settings);
  if (auth.type !== "oauth2") return await post(deps, { batchId, replayId, settings, body });
  const owner = `${message.webhookId}#${message.settingsRevision}`;
  return await postWithToken(deps, { batchId, replayId, settings, body, owner, auth });
};

const withSigning = (own: DeliverySettings, { signing }: DeliverySettings): DeliverySettings => {
  const { signing: _ownSigning, ...settings } = own;
  return signing === undefined ? settings : { ...settings, signing };
};

interface Post {
  readonly batchId: string;
  readonly replayId: string | undefined;
  readonly settings: DeliverySettings;
  /** The bytes that are sent. */
  readonly body: Buffer;
}

/**
 * Targets answer 400 or 401 when a token has expired before its time: one new token and one repeat belong to the same
 * attempt, unless the token is too young to be the reason or the repeat could outlive the invocation.
 */
const postWithToken = async (
  deps: AttemptDeps,
  input: Post & { readonly owner: string; readonly auth: Oauth2 },
): Promise<AttemptResult> => {
  const { owner, auth } = input;
  const startedAt = deps.now();
  const token = await deps.tokens.get(owner, auth);
  if (token === undefined) return tokenFailed(deps.now() - startedAt);
  const result = await post(deps, { ...input, accessToken: token.value });
  const { status } = result.outcome;
  const mayBeStale = (status === 400 || status === 401) && deps.now() - token.issuedAt >= minTokenAgeMs;
  if (!mayBeStale || deps.now() - startedAt > maxRepeatAfterMs) return result;
  deps.tokens.discard(owner);
  const fresh = await deps.tokens.get(owner, auth);
  if (fresh === undefined) return tokenFailed(deps.now() - startedAt);
  return await post(deps, { ...input, accessToken: fresh.value });
};

const tokenFailed = (totalMs: number): AttemptResult => ({
  outcome: { kind: "failed", reason: "token_failed" },
  timings: { totalMs },
  bytesSent: 0,
});

const post = async (
  deps: AttemptDeps,
  { batchId, replayId, settings, body, accessToken }: Post & { readonly accessToken?: string },
): Promise<AttemptResult> => {
  const headers = {
    ...deliveryHeaders({ batchId, settings, accessToken, body, now: deps.now() }),
    ...(replayId === undefined ? {} : { [replayHeader]: replayId }),
  };
  const answer = await deps.targets.post({ url: settings.target, headers, body });
  const { timings } = answer;
  const bytesSent = answer.isUploaded ? body.length : 0;
  if (answer.kind === "failed") {
    const { reason, errorCode } = answer;
    return { outcome: { kind: "failed", reason, errorCode }, timings, bytesSent };
  }
  const retryAfter = answer.headers["retry-after"];
  const outcome = outcomeOfAnswer({ status: answer.status, retryAfter, now: deps.now() });
  const recorded = recordedAnswer(answer, () => redactorOf(settings, accessToken));
  return { outcome, timings, bytesSent, answer: recorded };
};
