import { setTimeout as delay } from "node:timers/promises";
import { startTidepost, type Tidepost } from "../../test/support/tidepost.ts";
import { startTargetsProcess, type TargetsTaken } from "./targets.ts";

const requestEveryMs = 200;
/** Tries of a request that fails, as producers make them; the wait counts into the age of its events. */
const maxTries = 5;
const retryAfterMs = 100;

/** A system under a steady flow of events. */
export interface PacedRun {
  readonly windowSeconds: number;
  /** Each takes every event. */
  readonly webhooks: number;
  /**
   * Every second webhook's target is not measured, and hangs from the first event on or answers.
   * @default all targets are measured
   */
  readonly otherHalf?: "hangs" | "answers";
  /** Events before the ones that count, so that functions are warm. */
  readonly warmUpMs: number;
  readonly feedMs: number;
  /** Five requests a second share them. */
  readonly eventsPerSecond: number;
}

/**
 * Starts a new local system and feeds it. Tells of each POST to a measured target how old its oldest event was as it
 * arrived, counted from just before the event's ingest request; and of the POSTs to hanging targets.
 */
export const runPaced = async (run: PacedRun): Promise<TargetsTaken & { readonly startedAt: number }> => {
  const eventsPerRequest = (run.eventsPerSecond * requestEveryMs) / 1_000;
  const targets = startTargetsProcess();
  const tidepost = await startTidepost(["--window", String(run.windowSeconds), "--retry-scale", "1"]);
  try {
    const { url } = await targets.ask({ kind: "listen" });
    for (let number = 0; number < run.webhooks; number += 1) {
      const target = `${url}/${run.otherHalf !== undefined && number % 2 === 1 ? "hanging" : "healthy"}/${number}`;
      const body = { name: `Webhook ${number}`, target, events: ["delivery"] };
      const created = await tidepost.call("POST", "/webhooks", { body });
      if (created.status !== 200) throw new Error(`A webhook was not created: ${created.text}`);
    }
    const feed = async (ms: number): Promise<void> => {
      const requests: Promise<void>[] = [];
      for (const endAt = performance.now() + ms; performance.now() < endAt;) {
        const event = { msys: { message_event: { type: "delivery", sentAt: Date.now() } } };
        requests.push(ingest(tidepost, Array<string>(eventsPerRequest).fill(JSON.stringify(event))));
        await delay(requestEveryMs);
      }
      await Promise.all(requests);
    };
    await feed(run.warmUpMs);
    if (run.otherHalf === "hangs") await targets.ask({ kind: "hang" });
    await targets.ask({ kind: "take" });
    const startedAt = Date.now();
    await feed(run.feedMs);
    return { ...(await targets.ask({ kind: "take" })), startedAt };
  } finally {
    await tidepost.kill();
    await targets.stop();
  }
};

const ingest = async (tidepost: Tidepost, events: readonly string[]): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tidepost.ingest(events);
    } catch (error) {
      if (attempt === maxTries) throw error;
      await delay(retryAfterMs);
    }
  }
};
