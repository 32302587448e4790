/** What a list shows of a webhook's settings to who chooses it. */
export interface ChosenWebhook {
  readonly name: string;
  readonly target: string;
  readonly active: boolean;
}

/** The requests that a deletion makes, and what an error of theirs says of the API. */
interface DeletionCalls {
  readonly read: () => Promise<ChosenWebhook & { readonly etag: string }>;
  readonly remove: (etag: string) => Promise<unknown>;
  /** Status of the answer, where the error is one. */
  readonly statusOf: (error: unknown) => number | undefined;
}

const notFound = 404;
const preconditionFailed = 412;

/**
 * Deletes a webhook that still is what was chosen; if it is not, the question that was answered was about another one. One that
 * is gone is deleted, as was wanted, also when an answer was lost on its way.
 */
export const deleteAsChosen = async (
  { name, target, active }: ChosenWebhook,
  { read, remove, statusOf }: DeletionCalls,
): Promise<"deleted" | "changed"> => {
  try {
    const present = await read();
    if (present.name !== name || present.target !== target || present.active !== active) return "changed";
    await remove(present.etag);
  } catch (error) {
    const status = statusOf(error);
    if (status === preconditionFailed) return "changed";
    if (status !== notFound) throw error;
  }
  return "deleted";
};

/** What is said of a webhook that somebody has changed between the choice and what was to be done to it. */
export const changedText = "It was changed after it was chosen, and is left as it is";
