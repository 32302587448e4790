import pLimit from "p-limit";
import { type Ambiguity, matchEntries, registeredOf } from "#shared/domain/api/import-match.ts";
import { planImport, type RegisteredWebhook } from "#shared/domain/api/import-plan.ts";
import { parseImportFile, switchOf } from "#shared/domain/api/import-request.ts";
import { subaccountOf } from "#shared/domain/api/subaccount.ts";
import { DependencyError, type ErrorBody, RequestError } from "#shared/domain/errors.ts";
import { parseJson } from "#shared/domain/validation.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { applyPlan } from "./apply-plan.ts";
import { planRowView } from "./plan-view.ts";

/** Settings read at the same time. */
const readConcurrency = 20;

/**
 * `POST /webhooks/import`: makes the registered webhooks those of a `webhooks.json`. With `plan=true` it only tells what it
 * would do; with `prune=true` it also removes webhooks that the file does not have.
 */
export const importWebhooks = async (deps: ApiDeps, { body, caller, header, query }: Request): Promise<Answer> => {
  const planOnly = switchOf("plan", query["plan"]);
  const prune = switchOf("prune", query["prune"]);
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  const entries = parseImportFile(parseJson(body));
  const all = await deps.webhooks.list(caller.customerId);
  const webhooks = all.filter((webhook) => subaccount === "all" || webhook.subaccountId === subaccount);

  const { matches, ambiguities } = matchEntries(entries, webhooks.map(registeredOf));
  if (ambiguities.length > 0) throw new RequestError(422, ambiguities.map(describeAmbiguity));
  const plan = planImport({ entries, matches: await withSettings(deps, webhooks, matches), webhooks, prune });

  const counts = { entries: entries.length, registered: webhooks.length };
  if (planOnly) return { status: 200, results: { applied: false, ...counts, plan: plan.map(planRowView) } };
  const outcomes = await applyPlan(deps, { caller, subaccount, plan });
  const rows = plan.map((row, index) => ({ ...planRowView(row), ...outcomes[index] }));
  return { status: 200, results: { applied: true, ...counts, plan: rows } };
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

const describeAmbiguity = ({ entries, webhookIds }: Ambiguity): ErrorBody => {
  const names = entries.map((position) => `'entries[${position}]'`).join(" and ");
  const code = "1300";
  if (webhookIds.length === 0) {
    const description = "Each webhook of the file needs a name or a target of its own.";
    return { message: `${names} have the same name and target`, description, code };
  }
  const description = `Entries stand for the webhook of their name, else of their target: ${webhookIds.join(", ")}.`;
  if (entries.length === 1) return { message: `${names} matches more than one webhook`, description, code };
  const same = webhookIds.length === 1 ? "the same webhook" : "the same webhooks";
  return { message: `${names} match ${same}`, description, code };
};
