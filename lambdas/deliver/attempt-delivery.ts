import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { DeliveryMessage } from "#shared/contract/delivery-message.ts";
import { type Outcome, outcomeOfAnswer } from "#shared/domain/attempt.ts";
import { deliveryHeaders } from "#shared/domain/delivery-headers.ts";
import { DependencyError } from "#shared/domain/errors.ts";
import type { Bodies, Settings, Targets } from "./ports.ts";

export interface AttemptDeps {
  readonly bodies: Bodies;
  readonly settings: Settings;
  readonly targets: Targets;
  /** Unix milliseconds. */
  readonly now: () => number;
}

export interface AttemptResult {
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly excerpt: string;
}

/** Characters of a target's answer that are kept with the attempt. */
const maxExcerptCharacters = 1_024;
const decompress = promisify(gunzip);

/** POSTs a batch once. Throws only before the POST, and only for faults of ours. */
export const attemptDelivery = async (deps: AttemptDeps, message: DeliveryMessage): Promise<AttemptResult> => {
  const settings = await deps.settings.find(message.webhookId, message.settingsRevision);
  if (settings === undefined) throw new DependencyError("The delivery settings of a batch are gone");
  const body = await loadBody(deps.bodies, message);
  const headers = deliveryHeaders({ batchId: message.batchId, settings });
  const answer = await deps.targets.post({ url: settings.target, headers, body });
  const durationMs = answer.timings.totalMs;
  if (answer.kind === "failed") {
    const { reason, errorCode } = answer;
    return { outcome: { kind: "failed", reason, errorCode }, durationMs, excerpt: "" };
  }
  const outcome = outcomeOfAnswer({
    status: answer.status,
    retryAfter: answer.headers["retry-after"],
    now: deps.now(),
  });
  return { outcome, durationMs, excerpt: answer.excerpt.slice(0, maxExcerptCharacters) };
};

const loadBody = async (bodies: Bodies, { body }: DeliveryMessage): Promise<Buffer> => {
  if (body.kind === "inline") return await decompress(Buffer.from(body.gzip, "base64"));
  const stored = await bodies.get(body.key);
  if (stored === undefined) throw new DependencyError("The body of a batch is gone before the batch has ended");
  return await decompress(stored);
};
