import type { Webhook } from "#shared/contract/api/webhook.ts";
import type { FormValues } from "./form-values.ts";

/** What was typed into a form and not saved. */
export interface Draft {
  readonly values: FormValues;
  /** The webhook that the form was filled from; absent for a new one. */
  readonly base?: Webhook;
}

/** In memory alone: what is typed may be secret. By the webhook's id; that of a new one is empty. */
const drafts = new Map<string, Draft>();

/** What was left in a form, which its user finds there again. */
export const draftOf = (id: string): Draft | undefined => drafts.get(id);

/** Keeps what differs from what the form was filled with, and forgets a draft that no longer does. */
export const keepDraft = (id: string, { values, base }: Draft, before: FormValues): void => {
  if (JSON.stringify(values) === JSON.stringify(before)) drafts.delete(id);
  else drafts.set(id, { values, ...(base === undefined ? {} : { base }) });
};

/** Forgets what was typed: it was saved, or is not wanted. */
export const discardDraft = (id: string): void => void drafts.delete(id);

/** Forgets everything, for the next user of this window. */
export const discardDrafts = (): void => drafts.clear();
