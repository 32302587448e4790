/** What decides whether a target is tried. Without a compression there is none. */
interface Tried {
  readonly target: string;
  readonly compression?: string | undefined;
}

/** Whether the API sends a test POST before it stores a change: only what the target may not take is tried; signatures are headers that it may ignore. */
export const needsTestPost = (before: Tried, after: Tried): boolean => {
  const { target, compression = "none" } = after;
  return target !== before.target || (compression !== "none" && compression !== before.compression);
};
