import { dueAfter, type MixName } from "./mix.ts";

export interface PacerOptions {
  /** Items a second. */
  readonly rate: number;
  readonly mix: MixName;
  /** Most items of one request. */
  readonly maxPerRequest: number;
  /** Sends that many items; never rejects. */
  readonly send: (count: number) => Promise<void>;
}

/** Something that sends at a rate. */
export interface Pacer {
  readonly rate: () => number;
  readonly setRate: (rate: number) => void;
  readonly isPaused: () => boolean;
  readonly setPaused: (isPaused: boolean) => void;
  /** Items that should have been sent but were not, because the receiver or the machine was too slow. */
  readonly missed: () => number;
  /** Sends nothing more, and waits for the answers to what is under way. */
  readonly stop: () => Promise<void>;
}

const tickMs = 50;
const maxRequests = 8;
/** More than this is never made up for: a rate is kept from now on, not in the mean. */
const maxArrearsSeconds = 1;

/** Starts to send at a rate: many items to a request, several requests at a time. */
export const startPacer = ({ mix, maxPerRequest, send, ...options }: PacerOptions): Pacer => {
  const underWay = new Set<Promise<void>>();
  let { rate } = options;
  let isPaused = false;
  let isStopped = false;
  let missed = 0;
  /** Time that it has run, without its pauses. */
  let ranMs = 0;
  let lastTickAt = performance.now();
  // The first item goes at once.
  let due = 1;

  const maySend = (): boolean => !isStopped && !isPaused && due >= 1 && underWay.size < maxRequests;
  const sendDue = (): void => {
    while (maySend()) {
      const count = Math.min(Math.floor(due), maxPerRequest);
      due -= count;
      const request = send(count).finally(() => {
        underWay.delete(request);
        sendDue();
      });
      underWay.add(request);
    }
  };

  const tick = (): void => {
    const now = performance.now();
    const elapsedMs = now - lastTickAt;
    lastTickAt = now;
    if (isPaused) return;
    due += rate * (dueAfter(mix, ranMs + elapsedMs) - dueAfter(mix, ranMs));
    ranMs += elapsedMs;
    sendDue();
    // A burst may be due in one go; what is left after that counts as missed.
    const arrears = due - Math.max(1, rate * maxArrearsSeconds * (mix === "burst" ? 10 : 1));
    if (arrears > 0) {
      missed += Math.floor(arrears);
      due -= Math.floor(arrears);
    }
  };
  const timer = setInterval(tick, tickMs);
  sendDue();

  return {
    rate: () => rate,
    setRate: (wanted) => {
      tick();
      rate = wanted;
    },
    isPaused: () => isPaused,
    setPaused: (wanted) => {
      tick();
      isPaused = wanted;
    },
    missed: () => missed,
    stop: async () => {
      clearInterval(timer);
      isStopped = true;
      await Promise.all(underWay);
    },
  };
};
