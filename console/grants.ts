import type { Grant } from "#shared/contract/words.ts";
import { useWhoAmI } from "./api/queries.ts";

/** Whether grants cover one that is needed: changing webhooks includes seeing them. */
export const covers = (held: readonly Grant[], needed: Grant): boolean =>
  held.includes(needed) || (needed === "webhooks/view" && held.includes("webhooks/modify"));

/** What each grant allows, in words. */
export const grantTexts: Readonly<Record<Grant, { readonly label: string; readonly description: string }>> = {
  "webhooks/view": { label: "View webhooks", description: "See webhooks, their batches and attempts" },
  "webhooks/modify": {
    label: "Change webhooks",
    description: "Create, edit, test, pause, replay and delete webhooks; includes viewing them",
  },
  "ingest/write": { label: "Send events", description: "Put events on the stream by the ingest API" },
  "api_keys/manage": { label: "Manage API keys", description: "Create, edit and revoke API keys" },
  "portal_links/manage": {
    label: "Manage portal links",
    description: "Make and revoke links that open the console for people without an API key",
  },
};

/**
 * Why a control that needs a grant is disabled; undefined when the key has the grant. Until the key's grants are known,
 * nothing is disabled: the API decides anyway.
 */
export const useMissingGrant = (needed: Grant): string | undefined => {
  const { data } = useWhoAmI();
  if (data === undefined || covers(data.grants, needed)) return undefined;
  if (data.portal !== undefined) return "This link is for viewing only.";
  return `Your API key lacks the grant ${needed} (${grantTexts[needed].label.toLowerCase()}).`;
};
