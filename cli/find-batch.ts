import type { BatchDetail } from "./answers/batch.ts";
import type { ApiAccess } from "./api-client.ts";
import { listBatches, readBatch } from "./batches.ts";
import { CliError, exitCodes } from "./cli-error.ts";
import { isUuid, shortId } from "#shared/text/ids.ts";

/** How many of the newest batches the beginning of an id is looked for in. */
const maxSearched = 500;

/** How arguments that name a batch are explained. */
export const batchArgument = "id of the batch, or the beginning of the id of one of the newest 500";

/** The batch that an argument names. */
export const findBatch = async (access: ApiAccess, webhookId: string, text: string): Promise<BatchDetail> => {
  if (isUuid(text)) return await readBatch(access, webhookId, text);
  const rows = await listBatches(access, { webhookId, limit: maxSearched });
  const found = rows.filter(({ batch_id: id }) => text.length >= 4 && id.startsWith(text.toLowerCase()));
  const [first, second] = found;
  if (first !== undefined && second === undefined) return await readBatch(access, webhookId, first.batch_id);
  throw new CliError(exitCodes.failed, {
    message: first === undefined ? `There is no batch '${text}'` : `'${text}' names ${found.length} batches`,
    description: `Looked at the webhook's newest ${rows.length}.`,
    fix: `Give the whole id; tidepost batch ${shortId(webhookId)} lists them.`,
    code: first === undefined ? "1600" : "ambiguous",
  });
};
