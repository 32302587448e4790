import type { DeliverySettings } from "#shared/domain/delivery-settings.ts";
import type { Settings } from "./ports.ts";

/** Bounds the memory; one entry is at most a few kilobytes. */
const maxEntries = 2_000;

/** Keeps delivery settings for the life of the environment: a revision never changes. */
export const settingsCache = (settings: Settings): Settings => {
  const known = new Map<string, DeliverySettings>();
  return {
    find: async (webhookId, revision) => {
      const key = `${webhookId}#${revision}`;
      const cached = known.get(key);
      if (cached !== undefined) return cached;
      const found = await settings.find(webhookId, revision);
      if (found === undefined) return undefined;
      const oldest = known.keys().next();
      if (known.size >= maxEntries && !oldest.done) known.delete(oldest.value);
      known.set(key, found);
      return found;
    },
  };
};
