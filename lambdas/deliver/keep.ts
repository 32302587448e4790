import { encodeBody } from "#shared/delivery/body.ts";
import { type Kept, type KeptBodyStore, endOfKept, keepDaysOf } from "#shared/delivery/kept-body.ts";
import type { Claim } from "#shared/delivery/record.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { WebhookHealth } from "#shared/webhooks/webhook.ts";
import type { BodyStore } from "#shared/stores.ts";
import type { AttemptedBody } from "./attempt.ts";
import type { DueBatch } from "./batch-body.ts";
import { factsOf } from "./written.ts";

export interface KeepDeps {
  readonly bodies: Pick<BodyStore, "load">;
  readonly keptBodies: Pick<KeptBodyStore, "put">;
  /** Most days that a webhook may keep bodies; 0: none may. */
  readonly maxKeepBodiesDays: number;
  readonly telemetry: Pick<Telemetry, "bodyNotKept">;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** How the body of a batch is kept that has been delivered; undefined: not at all. */
export const keptFor = (
  { maxKeepBodiesDays }: Pick<KeepDeps, "maxKeepBodiesDays">,
  health: WebhookHealth | undefined,
  body: AttemptedBody,
): Kept | undefined => {
  const days = keepDaysOf(health, maxKeepBodiesDays);
  return days <= 0 ? undefined : { days, encoding: "encoding" in body ? body.encoding : "zstd" };
};

/**
 * Keeps a body that its target has taken. Never throws, and ends after two seconds: a body that could not be stored is reported,
 * and its batch has ended all the same.
 */
export const keepBody = async (deps: KeepDeps, message: DueBatch, kept: Kept, body: AttemptedBody): Promise<void> => {
  const { webhookId, batchId } = message;
  try {
    const { bytes } = "encoding" in body ? body : await encodeBody(body.body, "zstd");
    await deps.keptBodies.put({ webhookId, batchId, kept, bytes });
  } catch (error) {
    deps.telemetry.bodyNotKept({ ...factsOf(message), error });
  }
};

/**
 * Keeps a body whose batch is recorded as delivered, when its message comes again: whoever recorded it may have ended before it was
 * stored.
 */
export const keepAfterAll = async (
  deps: KeepDeps,
  message: DueBatch,
  { kept, endedAt }: Pick<Extract<Claim, { kind: "ended" }>, "kept" | "endedAt">,
): Promise<void> => {
  if (kept === undefined || endedAt === undefined || deps.now() >= endOfKept({ kept, endedAt })) return;
  const { body } = message;
  const left = body.kind === "cut" ? body : await deps.bodies.load(body);
  if (left !== undefined) await keepBody(deps, message, kept, left);
};
