import type { FailureReason } from "#shared/contract/words.ts";
import { maxAttemptMs, maxPostMs, tokenTimeoutMs } from "#shared/contract/limits.ts";
import { type Outcome, outcomeOfAnswer } from "./outcome.ts";
import { deliveryHeaders } from "#shared/delivery/headers.ts";
import type { DeliverySettings, Oauth2 } from "#shared/webhooks/settings.ts";
import {
  type BodyToSend,
  type DecodedBody,
  type EncodedBody,
  bodyToSend,
  emptyArrayBytes,
} from "#shared/delivery/body.ts";
import { DependencyError } from "#shared/errors.ts";
import { type Redactor, redactorOf } from "#shared/webhooks/redact.ts";
import type { OutboundTimings, TargetAnswer } from "#shared/delivery/outbound.ts";
import type { Undecodable } from "#shared/events/decode-record.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { QuarantineStore, SettingsStore, Targets } from "#shared/stores.ts";
import type { DueBatch } from "./batch-body.ts";
import type { Tokens } from "./caches.ts";
import { slowAfterMs } from "#shared/delivery/turns.ts";
import type { AttemptRecord } from "#shared/delivery/record.ts";
import { beginningOf } from "#shared/text/cut.ts";

export interface AttemptDeps {
  readonly settings: Pick<SettingsStore, "find">;
  readonly targets: Targets;
  readonly quarantine: QuarantineStore;
  readonly telemetry: Pick<Telemetry, "framesQuarantined">;
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

/** What an attempt needs to know of its batch. */
type AttemptedBatch = Omit<DueBatch, "body">;

/** A body as an attempt takes it: as it is stored, or as it was cut from a chain. */
export type AttemptedBody = EncodedBody | DecodedBody;

/** A token younger than this is not why a target answers 400 or 401. */
const minTokenAgeMs = 60_000;
/** A repeat starts only this early in an attempt, so that it ends in time. */
const maxRepeatAfterMs = maxAttemptMs - tokenTimeoutMs - maxPostMs;
/** Stands for a shard in the names of what is put aside, which come from batches. */
const quarantineShard = "batch";

/** What was put aside, and what it belongs to. */
export interface Aside {
  /** Names the record in quarantine. */
  readonly batchId: string;
  readonly customerId: string;
  readonly createdAt: string;
  readonly webhookId: string;
}

/** Marks the POSTs of a replay with its id. */
const replayHeader = "X-Tidepost-Replay";

/**
 * POSTs a batch once. One of which nothing can be read is not sent: all of it has been put aside. Throws only before the POST, and only for faults of ours.
 *
 * @param with.body as it is stored, or as it was cut
 * @param with.presentRevision the webhook's present settings, whose secrets sign: a receiver that has rotated its secret must be
 * able to verify batches that were queued before; everything else is the batch's own. Undefined when the webhook is gone.
 */
export const attemptDelivery = async (
  deps: AttemptDeps,
  message: AttemptedBatch,
  { body: loaded, presentRevision }: { readonly body: AttemptedBody; readonly presentRevision: number | undefined },
): Promise<AttemptResult | "unreadable"> => {
  const own = await deps.settings.find(message.webhookId, message.settingsRevision);
  if (own === undefined) throw new DependencyError("The delivery settings of a batch are gone");
  const present = presentRevision === undefined ? own : await deps.settings.find(message.webhookId, presentRevision);
  const settings = withSigning(own, present ?? own);
  const { batchId, replayId } = message;
  const { auth } = settings;
  const { damaged, ...body } = await bodyToSend(loaded, message.bytes, settings);
  if (damaged.length > 0) await putAside(deps, message, damaged);
  if (damaged.length > 0 && body.json?.length === emptyArrayBytes) return "unreadable";
  if (auth.type !== "oauth2") return await post(deps, { batchId, replayId, settings, body });
  const owner = `${message.webhookId}#${message.settingsRevision}`;
  return await postWithToken(deps, { batchId, replayId, settings, body, owner, auth });
};

/** Puts frames aside that `batch` has passed on unopened, and that cannot be opened. Each attempt writes the same. */
export const putAside = async (
  { quarantine, telemetry }: Pick<AttemptDeps, "quarantine" | "telemetry">,
  { batchId, customerId, createdAt, webhookId }: Aside,
  pieces: readonly Undecodable[],
): Promise<void> => {
  await quarantine.put({
    shard: quarantineShard,
    sequenceNumber: batchId,
    partitionKey: customerId,
    arrivedAt: createdAt,
    pieces,
  });
  telemetry.framesQuarantined({ batchId, webhookId, frames: pieces.length });
};

const withSigning = (own: DeliverySettings, { signing }: DeliverySettings): DeliverySettings => {
  const { signing: _ownSigning, ...settings } = own;
  return signing === undefined ? settings : { ...settings, signing };
};

interface Post {
  readonly batchId: string;
  readonly replayId: string | undefined;
  readonly settings: DeliverySettings;
  readonly body: Omit<BodyToSend, "damaged">;
}

/**
 * Targets answer 400 or 401 when a token has expired before its time: one new token and one repeat belong to the same
 * attempt, unless the token is too young to be the reason. A repeat that may not end in time is left to the next attempt.
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
  if (!mayBeStale) return result;
  deps.tokens.discard(owner);
  if (deps.now() - startedAt > maxRepeatAfterMs) return result;
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
    ...deliveryHeaders({ batchId, settings, accessToken, json: body.json, now: deps.now() }),
    ...(replayId === undefined ? {} : { [replayHeader]: replayId }),
  };
  const answer = await deps.targets.post({ url: settings.target, headers, body: body.sent });
  const { timings } = answer;
  const bytesSent = answer.isUploaded ? body.sent.length : 0;
  if (answer.kind === "failed") {
    const { reason, errorCode } = answer;
    return { outcome: { kind: "failed", reason, errorCode }, timings, bytesSent };
  }
  const retryAfter = answer.headers["retry-after"];
  const outcome = outcomeOfAnswer({ status: answer.status, retryAfter, now: deps.now() });
  const recorded = recordedAnswer(answer, () => redactorOf(settings, accessToken));
  return { outcome, timings, bytesSent, answer: recorded };
};

/** How long a target has been busy with a POST, milliseconds; undefined when that says nothing of how fast it is. */
export const answerMsOf = ({ outcome, timings }: AttemptResult): number | undefined => {
  const { uploadMs = 0, waitMs = 0, totalMs } = timings;
  const hasTimedOut = outcome.kind === "failed" && timeoutsOfTarget.has(outcome.reason);
  if (hasTimedOut) return totalMs;
  const busyMs = uploadMs + waitMs;
  // A connection that ends at once is no fast answer. One that ends late shows that the target is slow.
  return outcome.status !== undefined || busyMs >= slowAfterMs ? busyMs : undefined;
};

const timeoutsOfTarget: ReadonlySet<FailureReason> = new Set(["upload_timeout", "response_timeout"]);

/** What is recorded of an attempt. */
export const toAttemptRecord = (input: {
  readonly attempt: number;
  readonly startedAt: number;
  readonly result: AttemptResult;
}): AttemptRecord => {
  const { attempt, startedAt } = input;
  const { outcome, timings, bytesSent, answer } = input.result;
  const { totalMs, ...phases } = timings;
  return {
    attempt,
    at: new Date(startedAt).toISOString(),
    durationMs: Math.round(totalMs),
    timings: phases,
    bytesSent,
    ...(outcome.status === undefined ? {} : { status: outcome.status }),
    ...(outcome.kind === "delivered" ? {} : { reason: outcome.reason }),
    ...(outcome.kind === "failed" && outcome.errorCode !== undefined ? { errorCode: outcome.errorCode } : {}),
    ...(answer === undefined || Object.keys(answer.headers).length === 0 ? {} : { responseHeaders: answer.headers }),
    ...(answer === undefined || answer.excerpt === "" ? {} : { excerpt: answer.excerpt }),
    ...(answer?.isTruncated === true ? { isTruncated: true } : {}),
  };
};

/** What is kept of a target's answer, without secrets. */
interface RecordedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly excerpt: string;
  readonly isTruncated: boolean;
}

/** With these an attempt takes up to 10 KB of a batch's record, of which DynamoDB takes 400 KB (see `maxAttemptsBytes`). */
const maxExcerptCharacters = 1_024;
const maxHeaderCharacters = 256;

/** Headers that tell a webhook's owner something; all of them could be 16 KB an attempt. */
const keptHeaders: ReadonlySet<string> = new Set([
  "content-type",
  "date",
  "location",
  "retry-after",
  "server",
  "via",
  "www-authenticate",
  "x-request-id",
]);

/** Takes what is kept out of an answer. `redactor` is asked for only when there is a text to look through. */
const recordedAnswer = (
  { headers, excerpt, isTruncated }: Extract<TargetAnswer, { kind: "answered" }>,
  redactor: () => Redactor,
): RecordedAnswer => {
  const kept = Object.entries(headers).filter(([name]) => keptHeaders.has(name));
  const clean = excerpt === "" && kept.length === 0 ? undefined : redactor();
  const text = clean?.text(excerpt) ?? "";
  return {
    headers: Object.fromEntries(
      kept.map(([name, value]) => [name, beginningOf(clean?.text(value) ?? "", maxHeaderCharacters)]),
    ),
    excerpt: beginningOf(text, maxExcerptCharacters),
    isTruncated: isTruncated || text.length > maxExcerptCharacters,
  };
};
