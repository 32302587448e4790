const attempt = <Value>(work: () => Value): Value | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

/** A text that the browser keeps for this page. */
interface KeptText {
  readonly get: () => string | undefined;
  readonly set: (text: string) => void;
  readonly remove: () => void;
}

/** Keeps a text under a name, or nothing in a browser that keeps nothing for this page, as some do in a frame. */
export const keptText = (storage: () => Storage, name: string): KeptText => ({
  get: () => attempt(() => storage().getItem(name)) ?? undefined,
  set: (text) => attempt(() => storage().setItem(name, text)),
  remove: () => attempt(() => storage().removeItem(name)),
});
