import pLimit from "p-limit";
import {
  type Ambiguity,
  type PlanRow,
  type RegisteredWebhook,
  matchEntries,
  planImport,
  registeredOf,
  shownSetting,
} from "./import-plan.ts";
import { type ImportEntry, type ImportRow, importQuery, importedSettings } from "#shared/contract/api/import.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import {
  DependencyError,
  type ErrorBody,
  RequestError,
  errors,
  parseJson,
  together,
  validate,
} from "#shared/errors.ts";
import type { Author, Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { maskSettings } from "#shared/webhooks/settings.ts";
import type { Caller } from "#shared/api-key.ts";
import { createWebhookRequest } from "#shared/contract/api/webhook.ts";
import { parseImportFile } from "./requests.ts";
import { createOne } from "./create.ts";
import { deleteOne, updateOne } from "./change.ts";
import { authorOf } from "./changes.ts";
import { beginTestsWithinMs } from "./test-post.ts";

/** Settings read at the same time. */
const readConcurrency = 20;

/**
 * `POST /webhooks/import`: makes the registered webhooks those of a `webhooks.json`. With `plan=true` it only tells what it
 * would do; with `prune=true` it also removes webhooks that the file does not have.
 */
export const importWebhooks = async (
  deps: ApiDeps,
  { body, caller, header, query }: Request,
): Promise<Answered<"POST /v1/webhooks/import">> => {
  const { plan: planOnly, prune } = validate(importQuery, query);
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  const entries = parseImportFile(parseJson(body));
  const all = await deps.webhooks.list(caller.customerId);
  const webhooks = all.filter((webhook) => subaccount === "all" || webhook.subaccountId === subaccount);

  const { matches, ambiguities } = matchEntries(entries, webhooks.map(registeredOf));
  if (ambiguities.length > 0) throw together(ambiguities.map(describeAmbiguity));
  const plan = planImport({ entries, matches: await withSettings(deps, webhooks, matches), webhooks, prune });

  const counts = { entries: entries.length, registered: webhooks.length };
  if (planOnly)
    return {
      status: 200,
      body: { results: { applied: false, ...counts, plan: plan.map((row) => planRowView(row, entries)) } },
    };
  const by: Author = { ...(await authorOf(deps, caller)), imported: true };
  const outcomes = await applyPlan(deps, { caller, by, subaccount, plan });
  const rows = plan.map((row, index) => ({ ...planRowView(row, entries), ...outcomes[index] }));
  return { status: 200, body: { results: { applied: true, ...counts, plan: rows } } };
};

const withSettings = async (
  deps: ApiDeps,
  webhooks: readonly Webhook[],
  matches: readonly (string | undefined)[],
): Promise<readonly (RegisteredWebhook | undefined)[]> => {
  const byId = new Map(webhooks.map((webhook) => [webhook.webhookId, webhook]));
  return await pLimit(readConcurrency).map(matches, async (webhookId) => {
    const webhook = webhookId === undefined ? undefined : byId.get(webhookId);
    if (webhook === undefined) return undefined;
    const settings = await deps.settings.find(webhook.webhookId, webhook.settingsRevision);
    if (settings === undefined) throw new DependencyError("The delivery settings of a webhook are gone");
    return { webhook, settings };
  });
};

const describeAmbiguity = ({ entries, webhookIds }: Ambiguity): RequestError => {
  const names = entries.map((position) => `'entries[${position}]'`).join(" and ");
  if (webhookIds.length === 0) {
    const description = "Each webhook of the file needs a name or a target of its own.";
    return errors.invalid(`${names} have the same name and target`, description);
  }
  const description = `Entries stand for the webhook of their name, else of their target: ${webhookIds.join(", ")}.`;
  if (entries.length === 1) return errors.invalid(`${names} matches more than one webhook`, description);
  const same = webhookIds.length === 1 ? "the same webhook" : "the same webhooks";
  return errors.invalid(`${names} match ${same}`, description);
};

/** A row of the plan as the API shows it. `entry` is the position in the file; secrets are masked. */
const planRowView = (row: PlanRow, entries: readonly ImportEntry[]): ImportRow => {
  const notTaken = "position" in row ? (entries[row.position]?.notTaken ?? []) : [];
  return { ...rowView(row), ...(notTaken.length === 0 ? {} : { not_taken: notTaken }) };
};

const rowView = (row: PlanRow): ImportRow => {
  if (row.kind === "add") {
    const { position, name, entry } = row;
    const { target, events, events_mode: mode, active } = entry;
    const { auth_token: authToken, custom_headers: customHeaders, filter, fields, mask } = entry;
    const masked = maskSettings({ target, authToken, customHeaders, auth: { type: "none" } });
    const secrets = { auth_token: masked.authToken, custom_headers: masked.customHeaders };
    return {
      action: row.kind,
      entry: position,
      name,
      target,
      events,
      ...(mode === "all" ? { events_mode: mode } : {}),
      ...(active === false ? { active } : {}),
      ...(isSet(filter) ? { filter: shownSetting(filter) } : {}),
      ...(isSet(fields) ? { fields: shownSetting(fields) } : {}),
      ...(isSet(mask) && mask?.length !== 0 ? { mask: shownSetting(mask) } : {}),
      ...secrets,
    };
  }
  const { webhookId, name, maskedSettings } = row.webhook;
  const shown = { id: webhookId, name, target: maskedSettings.target };
  switch (row.kind) {
    case "change":
      return { action: row.kind, entry: row.position, ...shown, changes: row.changes };
    case "same":
      return { action: row.kind, entry: row.position, ...shown };
    case "remove":
    case "only_registered":
      return { action: row.kind, ...shown };
  }
};

const isSet = (rule: unknown): boolean => rule !== undefined && rule !== null;

const takenFields = ["events", "events_mode", "target", "auth_token", "custom_headers", ...importedSettings] as const;

/** Rows applied at the same time. */
const concurrency = 20;

/** What became of a row. */
type RowOutcome =
  | { readonly outcome: "applied"; readonly id: string }
  | { readonly outcome: "unchanged" }
  | { readonly outcome: "failed"; readonly errors: readonly ErrorBody[] }
  | { readonly outcome: "not_tried"; readonly errors: readonly ErrorBody[] };

interface ApplyRequest {
  readonly caller: Caller;
  readonly by: Author;
  readonly subaccount: Subaccount;
  readonly plan: readonly PlanRow[];
}

/**
 * Applies a plan and tells the outcome of each row. A row that fails does not stop the others; only removals wait until
 * every entry of the file is in place, because what fails may be the successor of what would be removed.
 */
const applyPlan = async (deps: ApiDeps, request: ApplyRequest): Promise<readonly RowOutcome[]> => {
  // What is left over is applied by the next run.
  const deadline = deps.now() + beginTestsWithinMs;
  const limit = pLimit(concurrency);
  const applyAll = async (rows: readonly PlanRow[]): Promise<readonly RowOutcome[]> => {
    const settled = await Promise.allSettled(
      rows.map((row) =>
        limit(async () =>
          deps.now() > deadline ? notTried(outOfTime) : await applyRow(deps, { ...request, deadline }, row),
        ),
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

const applyRow = async (
  deps: ApiDeps,
  { caller, by, subaccount, deadline }: ApplyRequest & { readonly deadline: number },
  row: PlanRow,
): Promise<RowOutcome> => {
  try {
    switch (row.kind) {
      case "add": {
        const { entry, name } = row;
        const taken = takenFields.flatMap((field) => (entry[field] === undefined ? [] : [[field, entry[field]]]));
        const wanted = createWebhookRequest.parse({ ...Object.fromEntries(taken), name });
        const { webhookId } = await createOne(deps, { caller, wanted, by, subaccount });
        return { outcome: "applied", id: webhookId };
      }
      case "change": {
        const { webhook, update: wanted } = row;
        await updateOne(deps, { webhook, wanted, by, subaccount, testUntil: deadline });
        return { outcome: "applied", id: webhook.webhookId };
      }
      case "remove": {
        const { webhook } = row;
        await deleteOne(deps, { webhook, by, subaccount });
        return { outcome: "applied", id: webhook.webhookId };
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
