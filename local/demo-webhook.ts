import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { ApiRefusal, callLocalApi, type LocalApi } from "./local-api.ts";

/** Name of the webhook that `npm run dev` makes. */
export const webhookName = "quickstart";

const list = z.array(z.object({ id: z.string(), target: z.string() }));

/** Registers a webhook for every event at a target, unless there is one with this target; returns its id. */
const ensureWebhook = async (api: LocalApi, target: string): Promise<string> => {
  const webhooks = await callLocalApi(api, { path: "/webhooks", results: list });
  const known = webhooks.find((webhook) => webhook.target === new URL(target).href || webhook.target === target);
  if (known !== undefined) return known.id;
  const body = { name: webhookName, target, events_mode: "all" };
  const { id } = await callLocalApi(api, { path: "/webhooks", body, results: z.object({ id: z.string() }) });
  return id;
};

interface OwnTarget {
  readonly api: LocalApi;
  readonly target: string;
  readonly signal: AbortSignal;
  /** Told once for each reason to wait. */
  readonly onWaiting: (text: string) => void;
}

const lookAgainMs = 1_000;
const tryAgainMs = 3_000;
const connectTimeoutMs = 2_000;

/** Registers a webhook at a developer's own receiver as soon as that takes the test POST; undefined after the signal. */
export const webhookWhenReady = async ({ api, target, signal, onWaiting }: OwnTarget): Promise<string | undefined> => {
  let told = "";
  const tell = (text: string): void => {
    if (text !== told) onWaiting(text);
    told = text;
  };
  while (!signal.aborted) {
    // A look at the port spares the receiver and the log the test POSTs.
    if (!(await listens(target))) {
      tell(`Nothing listens at ${target} yet. Start your receiver: the webhook is created as soon as it answers.`);
      await sleep(lookAgainMs, undefined, { signal }).catch(() => undefined);
      continue;
    }
    try {
      return await ensureWebhook(api, target);
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      tell(`The webhook cannot be created yet. ${error.message}`);
      await sleep(tryAgainMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
};

/** Whether something accepts connections at a URL's host and port. */
const listens = async (target: string): Promise<boolean> => {
  const { hostname, port, protocol } = new URL(target);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return await new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port) || (protocol === "https:" ? 443 : 80),
      timeout: connectTimeoutMs,
    });
    const end = (isListening: boolean) => (): void => {
      socket.destroy();
      resolve(isListening);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
};
