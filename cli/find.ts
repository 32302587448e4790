import { apiErrors } from "#shared/contract/api/errors.ts";
import { batchAnswer, type BatchWithAttempts } from "#shared/contract/api/batch.ts";
import type { Answer } from "#shared/contract/api/common.ts";
import { type Webhook, webhookAnswer, webhooksAnswer } from "#shared/contract/api/webhook.ts";
import { isUuid, shortId } from "#shared/text/ids.ts";
import { type ApiAccess, callApi } from "./api.ts";
import { CliError, exitCodes } from "./errors.ts";
import { listBatches, readBatch } from "./batches.ts";

/** Fewer characters of an id would fit by chance. */
const minPrefix = 4;
const maxNamed = 10;

/** How arguments that name a webhook are explained. */
export const webhookArgument = "id of the webhook, the beginning of its id, or its name";

/** The webhook that an argument names. */
export const findWebhook = async (access: ApiAccess, text: string): Promise<Webhook> => {
  if (isUuid(text)) {
    const path = `/webhooks/${encodeURIComponent(text)}`;
    return await callApi(access, { method: "GET", path, answer: webhookAnswer });
  }
  const all = await callApi(access, { method: "GET", path: "/webhooks", answer: webhooksAnswer });
  const named = all.filter(({ name }) => name === text);
  const isPrefix = text.length >= minPrefix;
  const found = named.length > 0 ? named : all.filter(({ id }) => isPrefix && id.startsWith(text.toLowerCase()));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  if (first === undefined) {
    throw new CliError(exitCodes.failed, {
      message: `There is no webhook '${text}'`,
      description: `${shortHint(text)}${all.length === 0 ? "No webhook is registered." : `Registered: ${listed(all)}.`}`,
      fix: "tidepost list shows ids and names.",
      code: apiErrors.notFound.code,
    });
  }
  throw new CliError(exitCodes.failed, {
    message: `'${text}' names ${found.length} webhooks`,
    description: `Their ids: ${found.map(({ id }) => id).join(", ")}.`,
    fix: "Give the id.",
    code: "ambiguous",
  });
};

/** All webhooks that arguments name, or none: one that is not there stops the rest before anything is changed. */
export const findWebhooks = async (access: ApiAccess, texts: readonly string[]): Promise<readonly Webhook[]> => {
  const found = new Map<string, Webhook>();
  for (const text of texts) {
    const webhook = await findWebhook(access, text);
    found.set(webhook.id, webhook);
  }
  return [...found.values()];
};

const shortHint = (text: string): string =>
  text.length < minPrefix && /^[0-9a-f]+$/i.test(text) ? `The beginning of an id needs ${minPrefix} characters. ` : "";

const listed = (all: readonly Webhook[]): string => {
  const names = all.slice(0, maxNamed).map(({ name, id }) => `${name} (${shortId(id)})`);
  return [...names, ...(all.length > maxNamed ? [`${all.length - maxNamed} more`] : [])].join(", ");
};

/** How many of the newest batches the beginning of an id is looked for in. */
const maxSearched = 500;

/** How arguments that name a batch are explained. */
export const batchArgument = "id of the batch, or the beginning of the id of one of the newest 500";

/** A batch of which only the whole id is known. */
export const findBatchAlone = async (access: ApiAccess, id: string): Promise<Answer<typeof batchAnswer>["results"]> =>
  await callApi(access, { method: "GET", path: `/batches/${encodeURIComponent(id)}`, answer: batchAnswer });

/** The batch that an argument names. */
export const findBatch = async (access: ApiAccess, webhookId: string, text: string): Promise<BatchWithAttempts> => {
  if (isUuid(text)) return await readBatch(access, webhookId, text);
  const { rows } = await listBatches(access, { webhookId, limit: maxSearched });
  const found = rows.filter(({ batch_id: id }) => text.length >= minPrefix && id.startsWith(text.toLowerCase()));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return await readBatch(access, webhookId, first.batch_id);
  throw new CliError(exitCodes.failed, {
    message: first === undefined ? `There is no batch '${text}'` : `'${text}' names ${found.length} batches`,
    description: `${shortHint(text)}Looked at the webhook's newest ${rows.length}.`,
    fix: `Give the whole id; tidepost batch ${shortId(webhookId)} lists them.`,
    code: first === undefined ? apiErrors.notFound.code : "ambiguous",
  });
};
