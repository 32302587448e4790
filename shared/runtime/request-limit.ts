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
  /** Whether the window has nothing left for anybody. */
  isLast: boolean;
}

const windowMs = requestWindowSeconds * 1_000;
/** Shares into which a window is divided: as many writes count it, however many requests there are. */
const shares = 100;

/**
 * Counts the requests of each key in windows of ten seconds; 429 beyond its limit. An environment takes a share of the window
 * out of the table and lets so many requests through; a key gets somewhat less than its limit when many environments have a
 * rest of a share. What cannot be counted passes: a table that is away must not stop producers.
 */
export const requestLimit = (deps: RequestLimitDeps, paths: CountedPaths): ((caller: Caller) => Promise<void>) => {
  /** Shares of the present window: no more of them than the requests that this environment has had in it. */
  const known = new Map<string, Share>();
  let present = 0;
  const perWindow = deps.perSecond * requestWindowSeconds;
  const size = Math.max(1, Math.floor(perWindow / shares));

  const takeShare = async (key: string, window: number): Promise<Share> => {
    try {
      const isTaken = await deps.counts.take({ key, window, size, max: perWindow });
      return { left: isTaken ? size : 0, isLast: !isTaken };
    } catch (error) {
      deps.telemetry.requestsNotCounted({ error });
      return { left: size, isLast: false };
    }
  };

  return async ({ customerId, keyId = `customer ${customerId}` }) => {
    const at = deps.now();
    const window = Math.floor(at / windowMs);
    const key = `${paths}#${keyId}`;
    if (window !== present) known.clear();
    present = window;
    let share = known.get(key);
    if (share === undefined || (share.left === 0 && !share.isLast)) share = await takeShare(key, window);
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
