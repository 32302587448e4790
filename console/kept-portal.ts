import { keptText } from "./kept-text.ts";

const kept = keptText(() => localStorage, "tidepost-portal");

/**
 * Id of the portal session that this browser has, for tabs to come. It is no secret: what the API takes is the cookie, which no
 * script can read. A browser that keeps nothing for this page asks for a new link after a reload.
 */
export const keptPortal = {
  get: kept.get,
  set: kept.set,
  /** Forgets the session of a link, but not that of another one which has been opened since. */
  remove: (linkId: string): void => {
    if (kept.get() === linkId) kept.remove();
  },
};
