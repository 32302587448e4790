/** The pages of a webhook, in the order of their tabs. */
export const webhookTabs = [
  { id: "overview", label: "Overview", path: "" },
  { id: "batches", label: "Batches", path: "/batches" },
  { id: "test", label: "Test", path: "/test" },
  { id: "replay", label: "Replay", path: "/replay" },
  { id: "code", label: "Receiver code", path: "/code" },
  { id: "settings", label: "Settings", path: "/edit" },
] as const;

export type WebhookTab = (typeof webhookTabs)[number]["id"];

/** Path of a webhook's page. */
export const webhookPath = (id: string, tab: WebhookTab = "overview"): string =>
  `/webhooks/${encodeURIComponent(id)}${webhookTabs.find((each) => each.id === tab)?.path ?? ""}`;

/** Path of a batch's page. */
export const batchPath = (webhookId: string, batchId: string): string =>
  `${webhookPath(webhookId, "batches")}/${encodeURIComponent(batchId)}`;

/** Path of where a batch of a webhook is recovered. */
export const recoverPath = (webhookId: string, batchId: string): string =>
  `${webhookPath(webhookId, "replay")}?batch=${encodeURIComponent(batchId)}`;
