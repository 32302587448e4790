import { readFileSync } from "node:fs";
import type { KinesisStreamEvent, SQSEvent } from "aws-lambda";
import { createHandler as createBatch } from "../../lambdas/batch/handler.ts";
import { createHandler as createDeliver } from "../../lambdas/deliver/handler.ts";
import { createHandler as createIngest } from "../../lambdas/ingest/handler.ts";
import { lambdaContext, proxyEvent } from "../../test/support/lambda-events.ts";
import type { Subscription } from "#shared/webhooks/webhook.ts";
import type { EncodedBody } from "#shared/delivery/body.ts";
import { batchDeps } from "./batch-window.ts";
import { answerParent, type Child, startChild } from "./child.ts";
import { deliverDeps } from "./deliver-deps.ts";
import { customerId } from "./events.ts";
import { quietTelemetry } from "./measure-events.ts";

/** What a function gets. */
type Bomb =
  | { readonly kind: "ingest"; readonly body: Uint8Array }
  /** Runs again from what was not read, as its mapping does, but so many times at most. */
  | {
      readonly kind: "batch";
      readonly event: KinesisStreamEvent;
      readonly webhook: Subscription;
      readonly most: number;
    }
  | { readonly kind: "deliver"; readonly event: SQSEvent; readonly target: string; readonly body: EncodedBody };

/** What became of it. */
export interface Defused {
  readonly outcome: string;
  /** Most memory that the process has ever had, bytes: before the function ran, and at the end. */
  readonly residentBefore: number;
  readonly resident: number;
}

/** Starts a process that gives one bomb to a function and tells how much memory it took. */
export const startBombed = (): Child<Bomb, Defused> => startChild(import.meta.filename);

const ingest = async (body: Uint8Array): Promise<string> => {
  const handler = createIngest({
    counts: { take: async () => true },
    now: Date.now,
    perSecond: 100_000,
    stream: { putAll: async () => ({ records: [] }) },
    telemetry: quietTelemetry("ingest"),
  });
  const request = proxyEvent({
    method: "POST",
    path: "/v1/ingest/events",
    body: Buffer.from(body),
    headers: { "content-encoding": "gzip" },
    caller: { customerId, grants: ["ingest/write"] },
  });
  const { statusCode } = await handler(request, lambdaContext());
  return `answered ${statusCode}`;
};

const batch = async ({ event, webhook, most }: Extract<Bomb, { kind: "batch" }>): Promise<string> => {
  const handler = createBatch(batchDeps([webhook]));
  let { Records } = event;
  let invocations = 0;
  while (Records.length > 0 && invocations < most) {
    const { batchItemFailures } = await handler({ Records }, lambdaContext());
    const from = batchItemFailures[0]?.itemIdentifier;
    const next =
      from === undefined ? Records.length : Records.findIndex(({ kinesis }) => kinesis.sequenceNumber === from);
    if (next === 0) throw new Error("The window failed.");
    Records = Records.slice(next);
    invocations += 1;
  }
  const done = event.Records.length - Records.length;
  return `${done} of ${event.Records.length} records read in ${invocations} invocations`;
};

const deliver = async ({ event, target, body }: Extract<Bomb, { kind: "deliver" }>): Promise<string> => {
  const handler = createDeliver(deliverDeps(target, body));
  const { batchItemFailures } = await handler(event, lambdaContext());
  return batchItemFailures.length === 0 ? "delivered" : "failed";
};

/** From the kernel's own mark: what `resourceUsage` tells begins with the memory of the process that started this one. */
const resident = (): number =>
  Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1_024;

const answer = async (bomb: Bomb): Promise<Defused> => {
  const residentBefore = resident();
  const outcome =
    bomb.kind === "ingest" ? await ingest(bomb.body) : bomb.kind === "batch" ? await batch(bomb) : await deliver(bomb);
  return { outcome, residentBefore, resident: resident() };
};

if (import.meta.main) answerParent((bomb) => answer(bomb as Bomb));
