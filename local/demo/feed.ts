import * as z from "zod";
import { pause } from "../runtime/pause.ts";

interface ApiAccess {
  /** URL of the API's stage. */
  readonly apiUrl: string;
  readonly key: string;
}

const webhookList = z.object({ results: z.array(z.object({ target: z.string() })) });

const eventTypes = ["delivery", "open", "click"] as const;
const eventsPerSecond = 5;

const call = async ({ apiUrl, key }: ApiAccess, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${apiUrl}/v1/${path}`, {
    headers: { authorization: key, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text}`);
  return JSON.parse(text) as unknown;
};

/** Registers a webhook for a target unless there is one. */
export const ensureWebhook = async (access: ApiAccess, target: string): Promise<void> => {
  const { results } = webhookList.parse(await call(access, "webhooks"));
  if (results.some((webhook) => webhook.target === target)) return;
  await call(access, "webhooks", { name: "Demo", target, events: eventTypes });
};

/** A made-up event: a delivery is a message event, the others are what its reader did. */
const demoEvent = (number: number) => {
  const type = eventTypes[number % eventTypes.length] ?? "delivery";
  const event = {
    type,
    event_id: String(Date.now() * 1_000 + (number % 1_000)),
    timestamp: String(Math.floor(Date.now() / 1_000)),
    message_id: String(number),
    campaign_id: "local-demo",
    rcpt_to: `reader-${number % 50}@example.com`,
    subject: "Hello from the local demo",
    ...(type === "click" && { target_link_url: "https://www.example.com/" }),
  };
  return { msys: { [type === "delivery" ? "message_event" : "track_event"]: event } };
};

interface FeedOptions extends ApiAccess {
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** Ingests a few events at once, then a steady trickle until the signal. */
export const feedEvents = async ({ signal, onError, ...access }: FeedOptions): Promise<void> => {
  let next = 0;
  const ingest = async (count: number): Promise<void> => {
    const events = Array.from({ length: count }, (_, index) => demoEvent(next + index));
    next += count;
    await call(access, "ingest/events", events);
  };
  while (!signal.aborted) {
    try {
      await ingest(next === 0 ? 2 * eventsPerSecond : eventsPerSecond);
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
    await pause(1_000, signal);
  }
};
