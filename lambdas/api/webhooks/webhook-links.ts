/** A link as the contract has it; `href` is absolute. */
export interface Link {
  readonly href: string;
  readonly rel: string;
  readonly method: readonly string[];
}

const hrefOf = (baseUrl: string, webhookId: string): string => `${baseUrl}/v1/webhooks/${webhookId}`;

/** Where a webhook is read and updated. */
export const webhookLink = (baseUrl: string, webhookId: string): Link => ({
  href: hrefOf(baseUrl, webhookId),
  rel: "urn.msys.webhooks.webhook",
  method: ["GET", "PUT"],
});

/** Where a webhook's target is tried. */
export const validateLink = (baseUrl: string, webhookId: string): Link => ({
  href: `${hrefOf(baseUrl, webhookId)}/validate`,
  rel: "urn.msys.webhooks.validate",
  method: ["POST"],
});

/** Where a webhook's batch status is read. */
export const batchesLink = (baseUrl: string, webhookId: string): Link => ({
  href: `${hrefOf(baseUrl, webhookId)}/batch-status`,
  rel: "urn.msys.webhooks.batches",
  method: ["GET"],
});
