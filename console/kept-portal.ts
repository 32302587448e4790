/**
 * Id of the portal session that this browser has, for tabs to come. It is no secret: what the API takes is the cookie, which no
 * script can read. A browser that keeps nothing for this page, as some do in a frame, asks for a new link after a reload.
 */
const storageName = "tidepost-portal";

const attempt = <Value>(work: () => Value): Value | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

export const keptPortal = {
  get: (): string | undefined => attempt(() => localStorage.getItem(storageName)) ?? undefined,
  set: (linkId: string): void => attempt(() => localStorage.setItem(storageName, linkId)),
  /** Forgets the session of a link, but not that of another one which has been opened since. */
  remove: (linkId: string): void =>
    attempt(() => {
      if (localStorage.getItem(storageName) === linkId) localStorage.removeItem(storageName);
    }),
};
