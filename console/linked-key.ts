const loopback = /^(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/** The key in the hash of a link to this machine, `#key=…`; undefined elsewhere, and when there is none that can be read. */
export const linkedKey = ({
  hash,
  hostname,
}: {
  readonly hash: string;
  readonly hostname: string;
}): string | undefined => {
  const [, encoded = ""] = /^#key=(.+)$/.exec(hash) ?? [];
  try {
    return encoded === "" || !loopback.test(hostname) ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
};
