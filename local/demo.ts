import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { maxTopicMessages, topicSender, startSesGenerator } from "./generator/start-ses-generator.ts";
import { type Generator, startGenerator } from "./generator/start-generator.ts";
import type { DevOptions } from "./options.ts";
import type { Sink } from "./sink/start-sink.ts";
import type { BatchCounter, SinkCounts } from "./totals.ts";
import type { TotalsFact } from "./dev-fact.ts";
import { ApiRefusal, callLocalApi, type LocalApi } from "./local-api.ts";
import type { SesTopic } from "./start-system.ts";
import type { Screen } from "./screen.ts";
import { webhookName, webhookWhenReady } from "./demo-webhook.ts";
import { count } from "#shared/text/numbers.ts";

interface DemoOptions {
  readonly api: LocalApi;
  readonly options: DevOptions;
  readonly screen: Screen;
  /** Where the generator publishes documents of Amazon SES; absent: it sends events to the API. */
  readonly sesTopic: SesTopic | undefined;
  /** Absent when the events go to a receiver of the developer's own. */
  readonly sink: { readonly server: Sink; readonly counts: SinkCounts } | undefined;
  readonly counter: BatchCounter;
  readonly onWebhook: (webhookId: string) => void;
}

/** What `npm run dev` has beside the system: a webhook, and events for it. */
export interface Demo {
  readonly faster: () => void;
  readonly slower: () => void;
  readonly pause: () => void;
  readonly replay: () => Promise<void>;
  /** Stops the generator and waits for what is on its way. */
  readonly stop: () => Promise<void>;
  readonly totals: () => TotalsFact;
}

const replayedMs = 60_000;
const replayRate = 50;
/** Beyond the window: a target that hangs is given up after 6 s. */
const maxDrainMs = 10_000;

/** Registers the webhook and starts the generator, as soon as the target takes the test POST. */
export const startDemo = ({ api, options, screen, sesTopic, sink, counter, onWebhook }: DemoOptions): Demo => {
  const stopping = new AbortController();
  let generator: Generator | undefined;
  let webhookId: string | undefined;

  const begin = async (): Promise<void> => {
    const startedAt = performance.now();
    screen.doing("sending the test POST");
    const target = sink?.server.url ?? options.to ?? "";
    const waitOptions = { api, target, signal: stopping.signal, onWaiting: (text: string) => tellNote(text) };
    webhookId = await webhookWhenReady(waitOptions);
    if (webhookId === undefined || stopping.signal.aborted) return;
    onWebhook(webhookId);
    const tookMs = performance.now() - startedAt;
    const to = sink === undefined ? target : "sink";
    screen.tell({ event: "step", name: "Webhook", text: `${webhookName} → ${to}   test POST 2xx`, tookMs });
    const { rate, mix } = options;
    const seed = randomBytes(4).readUInt32BE();
    const onProblem = (text: string): void => screen.tell({ event: "problem", text });
    generator =
      sesTopic === undefined
        ? startGenerator({ ...api, rate, mix, seed, onProblem })
        : startSesGenerator({
            rate,
            mix,
            seed,
            onProblem,
            send: topicSender(sesTopic.client, sesTopic.arn),
            maxPerRequest: maxTopicMessages,
          });
    const what = sesTopic === undefined ? "events/s" : "SES documents/s";
    screen.tell({ event: "step", name: "Generator", text: `${count(rate)} ${what}, mix ${mix}` });
    screen.tell({ event: "clocks", windowSeconds: options.window, retryScale: options.retryScale });
  };
  const tellNote = (text: string): void => screen.tell({ event: "note", text });
  const beginning = begin().catch((error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    screen.tell({ event: "problem", text: `The webhook could not be registered. ${text}` });
  });

  /** Whether the end came before all was done. A message that failed comes again after a minute or more. */
  let isCut = false;
  const totals = (): TotalsFact => {
    const { eventsIn, unrouted, batches, delivered, retried, expired, waiting, unclear } = counter.totals(
      (batchId) => sink?.server.has(batchId) ?? false,
    );
    const arrived = sink?.counts.events() ?? delivered;
    const isKnown = sink !== undefined || unclear === 0;
    const missing = Math.max(0, eventsIn - unrouted - arrived - expired - waiting);
    return {
      event: "totals",
      eventsIn,
      batches,
      delivered: arrived,
      retried,
      expired,
      ...(sink === undefined ? {} : { duplicates: sink.counts.duplicates() }),
      waiting,
      unrouted,
      ...(isKnown && isCut && missing > 0 ? { onTheWay: missing } : {}),
      ...(isKnown && !(isCut && missing > 0) ? { lost: missing } : {}),
    };
  };

  /** Whether each event's fate is known, both at the sink and from what Tidepost has told. */
  const drained = (): boolean => {
    const { eventsIn, unrouted, delivered, expired, waiting } = counter.totals(() => false);
    const isTold = eventsIn - unrouted <= delivered + expired + waiting;
    return isTold && eventsIn >= (generator?.ledger.account().accepted ?? 0) && (totals().lost ?? 0) === 0;
  };
  const setRate = (rate: number): void => {
    if (generator === undefined) return;
    generator.setRate(rate);
    screen.tell({ event: "generator", rate, isPaused: generator.isPaused() });
  };

  return {
    faster: () => setRate(Math.min(100_000, (generator?.rate() ?? 1) * 2)),
    slower: () => setRate(Math.max(1, Math.floor((generator?.rate() ?? 1) / 2))),
    pause: () => {
      if (generator === undefined) return;
      generator.setPaused(!generator.isPaused());
      screen.tell({ event: "generator", rate: generator.rate(), isPaused: generator.isPaused() });
    },
    replay: async () => {
      if (webhookId === undefined) return;
      const now = Date.now();
      const body = {
        from: new Date(now - replayedMs).toISOString(),
        to: new Date(now).toISOString(),
        rate: replayRate,
      };
      const results = z.object({ id: z.string() });
      try {
        counter.replayStarted();
        await callLocalApi(api, { path: `/webhooks/${webhookId}/replay`, body, results });
        tellNote("replaying the last minute");
      } catch (error) {
        if (!(error instanceof ApiRefusal)) throw error;
        screen.tell({ event: "problem", text: `No replay. ${error.message}` });
      }
    },
    stop: async () => {
      stopping.abort();
      await beginning;
      if (generator === undefined) return;
      await generator.stop();
      const deadline = performance.now() + options.window * 1_000 + maxDrainMs;
      if (!drained()) tellNote("Stopping: events are still on their way. Ctrl-C again ends at once.");
      while (!drained() && performance.now() < deadline) await sleep(50);
      isCut = !drained();
    },
    totals,
  };
};
