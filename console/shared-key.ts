/** What tabs of one origin say to each other about the key. */
interface KeyMessage {
  readonly kind: "ask" | "key" | "forget";
  readonly key?: string;
}

/** Where the tabs of an origin hear each other, and none itself: a `BroadcastChannel`. */
interface KeyChannel {
  readonly post: (message: KeyMessage) => void;
  readonly listen: (hear: (message: unknown) => void) => void;
}

interface SharedKeyOptions {
  readonly channel: KeyChannel;
  /** The key that this tab uses. */
  readonly current: () => string | undefined;
  /** Starts to use a key that another tab has. */
  readonly take: (key: string) => void;
  /** Stops using the key, because the user has signed out in another tab. */
  readonly forget: () => void;
}

/** Tells the other tabs what this one does. */
export interface SharedKey {
  readonly signedIn: (key: string) => void;
  readonly signedOut: () => void;
}

/**
 * Lets the tabs of an origin share a key that none of them stores: a tab without one asks, and whichever has one answers. The
 * last tab takes it along.
 */
export const shareKey = ({ channel, current, take, forget }: SharedKeyOptions): SharedKey => {
  channel.listen((message) => {
    const { kind, key } = (message ?? {}) as Partial<KeyMessage>;
    const own = current();
    if (kind === "ask" && own !== undefined) channel.post({ kind: "key", key: own });
    if (kind === "key" && own === undefined && typeof key === "string") take(key);
    if (kind === "forget" && own !== undefined) forget();
  });
  if (current() === undefined) channel.post({ kind: "ask" });
  return {
    signedIn: (key) => channel.post({ kind: "key", key }),
    signedOut: () => channel.post({ kind: "forget" }),
  };
};

const ownHosts = [
  // A port of this machine, where `npm run dev` serves nothing else.
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/,
  // API Gateway's own name of one API.
  /^[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/,
];

/**
 * Whether nothing but this stack answers at an origin: only then no other program's page can hear its tabs. Behind a domain or
 * a prefix there may be others.
 */
export const isOwnOrigin = ({
  hostname,
  pathname,
}: {
  readonly hostname: string;
  readonly pathname: string;
}): boolean => pathname === "/api/console/" && ownHosts.some((host) => host.test(hostname));
