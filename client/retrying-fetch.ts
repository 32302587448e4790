export interface RetryOptions {
  /**
   * Requests that one call may make, 1 for no retries.
   * @default 4
   */
  readonly maxAttempts?: number | undefined;
  /**
   * Longest wait before a retry, in milliseconds. An answer whose Retry-After asks for more is returned as it is.
   * @default 30_000
   */
  readonly maxDelayMs?: number | undefined;
  /**
   * Makes a request.
   * @default the global `fetch`
   */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined;
}

const firstDelayMs = 500;

/**
 * A `fetch` that repeats what may be repeated: a request that was refused with 429 or 503 and a Retry-After, which took no
 * effect (of a request to the ingest path some events may have been accepted, and come twice); and, where a second time
 * does no harm, one without an answer or with 429, 502, 503 or 504. A second DELETE answers 404 when the first one took
 * effect.
 */
export const retryingFetch = ({
  maxAttempts = 4,
  maxDelayMs = 30_000,
  fetch = globalThis.fetch,
}: RetryOptions): ((request: Request) => Promise<Response>) => {
  const delayAfter = (attempt: number): number =>
    Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1) * (1 + Math.random()));

  return async (request) => {
    const isRepeatable = mayRepeat(request);
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= maxAttempts;
      // A body can be sent once, so that the request itself is kept for the next attempt.
      const answer = await fetch(isLast ? request : request.clone()).catch((error: unknown) => {
        if (isLast || !isRepeatable || request.signal.aborted) throw error;
        return undefined;
      });
      const asked = answer === undefined ? undefined : retryAfterMs(answer);
      if (answer !== undefined) {
        const isRefused = [429, 503].includes(answer.status) && asked !== undefined;
        const isWorthIt = isRefused || (isRepeatable && [429, 502, 503, 504].includes(answer.status));
        if (isLast || !isWorthIt || (asked ?? 0) > maxDelayMs) return answer;
        await answer.body?.cancel();
      }
      await wait(asked ?? delayAfter(attempt), request.signal);
    }
  };
};

/** A PUT on a condition fails on the state that it has brought about itself; a POST does its work once more. */
const mayRepeat = ({ method, headers }: Request): boolean => {
  if (method === "POST") return headers.has("idempotency-key");
  return !headers.has("if-match");
};

/** Seconds or a date, as milliseconds from now; undefined when there is no readable header. */
const retryAfterMs = ({ headers }: Response): number | undefined => {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
};

/** Rejects with the signal's reason when that comes first. */
const wait = (delayMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
