import pLimit from "p-limit";
import type { Caller } from "#shared/domain/api-key.ts";
import type { PlanRow } from "#shared/domain/api/import-plan.ts";
import type { Subaccount } from "#shared/domain/api/subaccount.ts";
import { createWebhookRequest } from "#shared/domain/api/webhook-request.ts";
import { type ErrorBody, RequestError } from "#shared/domain/errors.ts";
import type { ApiDeps } from "../api-deps.ts";
import { createOne } from "../webhooks/create-webhook.ts";
import { retireSettings } from "../webhooks/retire-settings.ts";
import { updateOne } from "../webhooks/update-webhook.ts";

/** Rows applied at the same time. */
const concurrency = 20;
/**
 * No row is begun later than this. The slowest target is given up after 21 s and API Gateway ends the request after 29 s;
 * what is left over is applied by the next run.
 */
const beginWithinMs = 7_000;

/** What became of a row. */
export type RowOutcome =
  | { readonly outcome: "applied"; readonly id: string }
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "failed"; readonly errors: readonly ErrorBody[] }
  | { readonly outcome: "not_tried"; readonly errors: readonly ErrorBody[] };

export interface ApplyRequest {
  readonly caller: Caller;
  readonly subaccount: Subaccount;
  readonly plan: readonly PlanRow[];
}

/**
 * Applies a plan and tells the outcome of each row. A row that fails does not stop the others; only removals wait until
 * every entry of the file is in place, because what fails may be the successor of what would be removed.
 */
export const applyPlan = async (deps: ApiDeps, request: ApplyRequest): Promise<readonly RowOutcome[]> => {
  const deadline = deps.now() + beginWithinMs;
  const limit = pLimit(concurrency);
  const applyAll = async (rows: readonly PlanRow[]): Promise<readonly RowOutcome[]> => {
    const settled = await Promise.allSettled(
      rows.map((row) =>
        limit(async () => (deps.now() > deadline ? notTried(outOfTime) : await applyRow(deps, request, row))),
      ),
    );
    // Every row has ended by now. The next run finds what is done, whatever became of this one.
    return settled.map((result) => {
      if (result.status === "rejected") throw result.reason as Error;
      return result.value;
    });
  };
  const removals = request.plan.filter(({ kind }) => kind === "remove");
  const outcomes = await applyAll(request.plan.filter(({ kind }) => kind !== "remove"));
  const isComplete = outcomes.every(({ outcome }) => outcome === "applied" || outcome === "unchanged");
  // Removals are the plan's last rows.
  return [...outcomes, ...(isComplete ? await applyAll(removals) : removals.map(() => notTried(heldBack)))];
};

const applyRow = async (deps: ApiDeps, { caller, subaccount }: ApplyRequest, row: PlanRow): Promise<RowOutcome> => {
  try {
    switch (row.kind) {
      case "add": {
        const { events, target, auth_token: token, custom_headers: headers } = row.entry;
        const fields = { name: row.name, events, target, auth_token: token, custom_headers: headers };
        const wanted = createWebhookRequest.parse(fields);
        const { webhookId } = await createOne(deps, { caller, wanted, subaccount });
        return { outcome: "applied", id: webhookId };
      }
      case "change": {
        const { webhook, update: wanted } = row;
        await updateOne(deps, { webhook, wanted });
        return { outcome: "applied", id: webhook.webhookId };
      }
      case "remove": {
        const { customerId, webhookId } = row.webhook;
        await deps.webhooks.remove(customerId, webhookId);
        await retireSettings(deps, webhookId);
        return { outcome: "applied", id: webhookId };
      }
      case "same":
      case "only_registered":
        return { outcome: "unchanged" };
    }
  } catch (error) {
    if (error instanceof RequestError) return { outcome: "failed", errors: error.errors };
    throw error;
  }
};

const notTried = (error: ErrorBody): RowOutcome => ({ outcome: "not_tried", errors: [error] });

const outOfTime: ErrorBody = {
  message: "There was no time left for this row",
  description: "Slow targets took the time of this request. What is done is kept.",
  fix: "Run the import again.",
};

const heldBack: ErrorBody = {
  message: "The webhook was kept because other rows failed",
  description: "Webhooks are removed only when every entry of the file is in place.",
  fix: "Correct the failed rows and run the import again.",
};
