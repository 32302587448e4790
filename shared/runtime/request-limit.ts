import type { Caller } from "#shared/api-key.ts";
import { requestWindowSeconds } from "#shared/contract/limits.ts";
import { type RequestError, errors } from "#shared/errors.ts";
import type { RequestCountStore } from "#shared/stream.ts";
import type { Telemetry } from "./telemetry.ts";

export interface RequestLimitDeps {
  readonly counts: RequestCountStore;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Requests that one key may send each second. */
  readonly perSecond: number;
  readonly telemetry: Pick<Telemetry, "requestsNotCounted">;
}

/** Paths whose requests are counted together: who sends events as fast as it may must not be kept from its webhooks. */
type CountedPaths = "ingest" | "management";

/** What this environment may still let through for a key. */
interface Share {
  left: number;
  /** How many requests it was for. */
  readonly size: number;
  /** Whether the window has nothing left for anybody. */
  isLast: boolean;
}

const windowMs = requestWindowSeconds * 1_000;
/** Shares of full size into which a window is divided: about as many writes count it, however many requests there are. */
const shares = 100;

/**
 * Counts the requests of each key in windows of ten seconds; 429 beyond its limit. An environment takes a share of the window
 * out of the table and lets so many requests through: at first of one request, then twice as many each time, so that many
 * environments with a request each leave the others theirs. A key gets somewhat less than its limit when environments have a
 * rest of a share. What cannot be counted passes: a table that is away must not stop producers.
 */
export const requestLimit = (deps: RequestLimitDeps, paths: CountedPaths): ((caller: Caller) => Promise<void>) => {
  /** Shares of the present window: no more of them than the requests that this environment has had in it. */
  const known = new Map<string, Share>();
  let present = 0;
  const perWindow = deps.perSecond * requestWindowSeconds;
  const fullSize = Math.max(1, Math.floor(perWindow / shares));

  const takeShare = async (key: string, window: number, wanted: number): Promise<Share> => {
    try {
      // Less than is wanted may be left.
      for (let size = wanted; size >= 1; size = Math.floor(size / 2)) {
        const isTaken = await deps.counts.take({ key, window, size, max: perWindow });
        if (isTaken) return { left: size, size, isLast: false };
      }
      return { left: 0, size: 0, isLast: true };
    } catch (error) {
      deps.telemetry.requestsNotCounted({ error });
      return { left: wanted, size: wanted, isLast: false };
    }
  };

  return async ({ customerId, portalLinkId, keyId = portalLinkId ?? `customer ${customerId}` }) => {
    const at = deps.now();
    const window = Math.floor(at / windowMs);
    const key = `${paths}#${keyId}`;
    if (window !== present) known.clear();
    present = window;
    let share = known.get(key);
    if (share === undefined || (share.left === 0 && !share.isLast)) {
      share = await takeShare(key, window, share === undefined ? 1 : Math.min(2 * share.size, fullSize));
    }
    // The answer of a window that has ended says nothing of the next one.
    if (window === present) known.set(key, share);
    if (share.left === 0) throw tooManyRequests(deps.perSecond, advice[paths], (window + 1) * windowMs - at);
    share.left -= 1;
  };
};

const advice: Readonly<Record<CountedPaths, string>> = {
  ingest: "Send more events in each.",
  management: "Wait as Retry-After says. Lists have pages and filters, and an import takes many webhooks at once.",
};

const tooManyRequests = (perSecond: number, whatHelps: string, waitMs: number): RequestError =>
  errors.tooManyRequests(
    "Too many requests with this API key",
    `A key may send ${perSecond} requests a second, on average over ${requestWindowSeconds} seconds. ${whatHelps}`,
    { headers: { "retry-after": String(Math.max(1, Math.ceil(waitMs / 1_000))) } },
  );
