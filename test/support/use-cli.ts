import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Ended, runCli } from "./cli.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { joinTidepost, removeWebhooks, startOwnTidepost } from "./join-tidepost.ts";
import type { Tidepost } from "./tidepost.ts";

type Options = Omit<NonNullable<Parameters<typeof runCli>[1]>, "env"> & {
  readonly env?: Readonly<Record<string, string>>;
};

/** The command as a customer of a local system, with a receiver for its targets. */
export interface CliWorld {
  readonly tidepost: Tidepost;
  readonly receiver: Receiver;
  /** Runs the command with the system's URL and, unless `env` says otherwise, its key. */
  readonly cli: (args: readonly string[], options?: Options) => Promise<Ended>;
  /** Registers a webhook at a path of the receiver; returns its id. */
  readonly register: (path: string, fields?: Readonly<Record<string, unknown>>) => Promise<string>;
  /** Text with URLs, ids and durations replaced by words. */
  readonly normal: (text: string) => string;
}

const answeredMs = 240_000;

/** Asks, not too often, until there is an answer. */
export const until = async <Found>(ask: () => Promise<Found | undefined>): Promise<Found> => {
  const signal = AbortSignal.timeout(answeredMs);
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    // A test that has timed out would go on asking in the files behind it.
    signal.throwIfAborted();
    await delay(200);
  }
};

/**
 * Prepares the world before the tests of a file, and takes the webhooks away after each. The system is the shared one, unless
 * retries are to come at another pace.
 */
export const useCli = ({ key, retryScale }: { readonly key?: string; readonly retryScale?: number } = {}): CliWorld => {
  let tidepost: Tidepost;
  let receiver: Receiver;
  beforeAll(async () => {
    const system = retryScale === undefined ? joinTidepost(key) : startOwnTidepost({ retryScale });
    [tidepost, receiver] = await Promise.all([system, startReceiver()]);
  });
  afterAll(async () => {
    await tidepost.stop();
    await receiver.close();
  });
  afterEach(async () => await removeWebhooks(tidepost));
  return {
    get tidepost() {
      return tidepost;
    },
    get receiver() {
      return receiver;
    },
    cli: async (cliArgs, { env = {}, ...options } = {}) =>
      await runCli(cliArgs, {
        env: { TIDEPOST_URL: tidepost.apiUrl, TIDEPOST_API_KEY: tidepost.key, ...env },
        ...options,
      }),
    register: async (path, fields = {}) => {
      const body = { name: path.slice(1), target: `${receiver.url}${path}`, events_mode: "all", ...fields };
      const { status, json, text } = await tidepost.call("POST", "/webhooks", { body });
      if (status !== 200) throw new Error(`creating a webhook answered ${status} ${text}`);
      return json.results.id as string;
    },
    normal: (text) =>
      text
        .replaceAll(receiver.url, "TARGET")
        .replaceAll(tidepost.apiUrl.replace(/\/v1$/, ""), "API")
        .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
        .replaceAll(/\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC/g, "TIME")
        .replaceAll(/\b\d{2}:\d{2}:\d{2}Z?\b/g, "CLOCK")
        .replaceAll(/\b\d+(\.\d+)? (ms|s|min|h)\b( \d+ (s|min)\b)?/g, "SPAN"),
  };
};
