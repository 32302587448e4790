import type { DeliverySettings } from "#shared/domain/delivery-settings.ts";
import type { ApiDeps } from "../api-deps.ts";

/**
 * Stores delivery settings under the next free revision after `after`, and returns it. A revision may be taken by a request
 * that lost against another one, and stays as it is.
 */
export const putSettings = async (
  deps: Pick<ApiDeps, "settings">,
  input: { readonly webhookId: string; readonly after: number; readonly settings: DeliverySettings },
): Promise<number> => {
  const { webhookId, after, settings } = input;
  let revision = after + 1;
  while (!(await deps.settings.put({ webhookId, revision, settings }))) revision += 1;
  return revision;
};
