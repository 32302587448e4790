import { deliverySettingsDays } from "#shared/contract/limits.ts";
import type { ApiDeps } from "../api-deps.ts";

const daySeconds = 24 * 60 * 60;

/** Lets superseded delivery settings end once no queued batch can need them any more. */
export const retireSettings = async (deps: ApiDeps, webhookId: string, keep?: number): Promise<void> => {
  const ttl = Math.floor(deps.now() / 1_000) + deliverySettingsDays * daySeconds;
  await deps.settings.retire(webhookId, keep === undefined ? { ttl } : { ttl, keep });
};
