import { maskSettings } from "#shared/domain/delivery-settings.ts";
import type { PlanRow } from "#shared/domain/api/import-plan.ts";

/** A row of the plan as the API shows it. `entry` is the position in the file; secrets are masked. */
export const planRowView = (row: PlanRow) => {
  if (row.kind === "add") {
    const { position, name, entry } = row;
    const { target, events } = entry;
    const { auth_token: authToken, custom_headers: customHeaders } = entry;
    const masked = maskSettings({ target, authToken, customHeaders, auth: { type: "none" } });
    const secrets = { auth_token: masked.authToken, custom_headers: masked.customHeaders };
    return { action: row.kind, entry: position, name, target, events, ...secrets };
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
