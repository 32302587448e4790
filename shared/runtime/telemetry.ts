import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { batchWindowSeconds } from "#shared/contract/limits.ts";
import { type MetricName, metricNames } from "#shared/contract/metrics.ts";
import type { AttemptRecord } from "#shared/delivery/record.ts";
import { traceIdOf } from "#shared/text/traceparent.ts";

/** A batch that waits for its turn looks every second at first: it is worth a line only when it has waited for two windows. */
const longWaitMs = 2 * batchWindowSeconds * 1_000;

/** The facts that a function reports, each as log line, metric or both. No fact carries a body, a token or an event. */
export const createTelemetry = (functionName: string) => {
  const logger = new Logger({ serviceName: functionName });
  // The namespace is that of the stack, which the library reads from POWERTOOLS_METRICS_NAMESPACE.
  const metrics = new Metrics({ serviceName: functionName, logger: quiet(logger) });
  const count = (name: MetricName, value: number): void => {
    if (value > 0) metrics.addMetric(name, MetricUnit.Count, value);
  };

  return {
    logger,
    metrics,

    requestRefused: (fact: { readonly status: number; readonly messages: readonly string[] }): void => {
      logger.info("request.refused", fact);
    },

    requestFailed: (error: unknown): void => {
      logger.error("request.failed", asError(error));
    },

    eventsIngested: (fact: {
      readonly customerId: string;
      readonly accepted: number;
      readonly rejected: number;
      readonly records: number;
    }): void => {
      logger.info("events.ingested", fact);
      count(metricNames.eventsAccepted, fact.accepted);
      count(metricNames.eventsRejected, fact.rejected);
    },

    eventsPolled: (fact: {
      readonly customerId: string;
      readonly events: number;
      readonly omitted: number;
      readonly behindMs: number;
    }): void => {
      logger.info("events.polled", fact);
    },

    streamRefused: (fact: { readonly customerId: string; readonly events: number; readonly cause: unknown }): void => {
      logger.error("stream.refused", {
        customerId: fact.customerId,
        events: fact.events,
        error: asError(fact.cause),
      });
    },

    documentsTaken: (fact: {
      readonly messages: number;
      readonly failed: number;
      readonly events: number;
      readonly ignored: number;
      readonly quarantined: number;
      readonly setup: number;
    }): void => {
      logger.info("documents.taken", fact);
      count(metricNames.eventsAccepted, fact.events);
      count(metricNames.documentsIgnored, fact.ignored + fact.setup);
      count(metricNames.recordsQuarantined, fact.quarantined);
    },

    messagesRefused: (fact: { readonly messages: number; readonly cause: unknown }): void => {
      logger.error("stream.refused", { messages: fact.messages, error: asError(fact.cause) });
    },

    windowFinished: (fact: {
      readonly shard: string;
      readonly records: number;
      readonly events: number;
      readonly unrouted: number;
      readonly quarantinedRecords: number;
      /** Shares of webhooks that are one batch, and those that are several. */
      readonly batches: number;
      readonly chains: number;
      readonly ageMs: number;
      readonly durationMs: number;
    }): void => {
      logger.info("window.finished", fact);
      count(metricNames.eventsRead, fact.events);
      count(metricNames.eventsUnrouted, fact.unrouted);
      count(metricNames.recordsQuarantined, fact.quarantinedRecords);
      count(metricNames.batchesFormed, fact.batches);
      metrics.addMetric(metricNames.batchAge, MetricUnit.Milliseconds, fact.ageMs);
    },

    /** A window was read up to this record alone; the rest comes again. */
    windowStopped: (fact: { readonly sequenceNumber: string; readonly reason: "memory" | "newer_format" }): void => {
      const level = fact.reason === "memory" ? "info" : "error";
      logger[level]("window.stopped", fact);
      count(metricNames.windowsStopped, 1);
    },

    /** A record, or a batch, was put aside that would have held up its shard. */
    givenUp: (fact: {
      readonly shard: string;
      readonly sequenceNumber: string;
      readonly batchId?: string;
      readonly webhookId?: string;
      readonly problem: string;
    }): void => {
      logger.error("window.given_up", fact);
      count(metricNames.recordsQuarantined, 1);
    },

    windowFailed: (fact: {
      readonly shard: string;
      readonly firstSequenceNumber: string;
      readonly error: unknown;
    }): void => {
      const { shard, firstSequenceNumber, error } = fact;
      logger.error("window.failed", { shard, firstSequenceNumber, error: asError(error) });
      count(metricNames.windowsFailed, 1);
    },

    /** A message could not be handled. It comes again, and at last reaches the dead-letter queue. */
    messageFailed: (fact: { readonly messageId: string; readonly error: unknown }): void => {
      logger.error("message.failed", { messageId: fact.messageId, error: asError(fact.error) });
    },

    /** Messages that failed come again when their queue shows them. */
    messagesNotHidden: ({ messages, error }: { readonly messages: number; readonly error: unknown }): void => {
      logger.warn("messages.not_hidden", { messages, error: asError(error) });
    },

    /** A key's requests were let through without being counted. */
    requestsNotCounted: ({ error }: { readonly error: unknown }): void => {
      logger.warn("requests.not_counted", { error: asError(error) });
    },

    /** The time of a key's last use is not up to date; the call itself went on. */
    keyUseNotNoted: ({ error }: { readonly error: unknown }): void => {
      logger.warn("key_use.not_noted", { error: asError(error) });
    },

    attemptFinished: (fact: BatchFact & { readonly outcome: string; readonly record: AttemptRecord }): void => {
      const { record, outcome, ...batch } = fact;
      const { attempt, durationMs, status, reason, errorCode } = record;
      const traceId = traceIdOf(batch.batchId);
      logger.info("delivery.attempted", { ...batch, traceId, attempt, outcome, status, reason, errorCode, durationMs });
      count(outcome === "delivered" ? metricNames.attemptsDelivered : metricNames.attemptsFailed, 1);
      metrics.addMetric(metricNames.attemptDuration, MetricUnit.Milliseconds, durationMs);
    },

    /** Frames of a batch were other than its table said, and are put aside; the batch went on without them. */
    framesQuarantined: (fact: {
      readonly batchId: string;
      readonly webhookId: string;
      readonly frames: number;
    }): void => {
      logger.error("frames.quarantined", fact);
      count(metricNames.recordsQuarantined, fact.frames);
    },

    /** A batch was cut from a chain. Those that are a window's share as a whole are counted where windows are read. */
    batchCut: (): void => {
      count(metricNames.batchesFormed, 1);
    },

    /** A batch or chain found no turn at a slow target, or goes on after such a wait. */
    turnAwaited: (fact: BatchFact & { readonly waitedMs: number; readonly isOver: boolean }): void => {
      const { isOver, ...wait } = fact;
      if (isOver) logger.info("turn.came", wait);
      else if (fact.waitedMs >= longWaitMs) logger.info("turn.awaited", wait);
      metrics.addMetric(metricNames.turnWait, MetricUnit.Milliseconds, fact.waitedMs);
    },

    /** That a target takes long for a POST under way was not noted. How long it took is noted with the attempt all the same. */
    slownessNotNoted: (fact: BatchFact & { readonly error: unknown }): void => {
      const { error, ...batch } = fact;
      logger.warn("slowness.not_noted", { ...batch, error: asError(error) });
    },

    batchParked: (fact: BatchFact & { readonly until: string }): void => {
      logger.info("batch.parked", { ...fact });
      count(metricNames.batchesParked, 1);
    },

    batchSplit: (fact: BatchFact & { readonly into: readonly string[] }): void => {
      logger.info("batch.split", { ...fact });
      count(metricNames.batchesSplit, 1);
    },

    breakerChanged: (fact: { readonly webhookId: string; readonly from: string; readonly to: string }): void => {
      logger.info("breaker.changed", fact);
      if (fact.from === "closed") count(metricNames.breakersOpened, 1);
      if (fact.to === "closed") count(metricNames.breakersClosed, 1);
    },

    replayAdvanced: (fact: {
      readonly replayId: string;
      readonly webhookId: string;
      readonly shard: string;
      readonly records: number;
      readonly events: number;
      readonly batchesSent: number;
      readonly isDone: boolean;
    }): void => {
      logger.info("replay.advanced", fact);
    },

    replayEnded: (fact: { readonly replayId: string; readonly webhookId: string; readonly state: string }): void => {
      logger.info("replay.ended", fact);
    },

    searchAdvanced: (fact: {
      readonly searchId: string;
      readonly shard: string;
      readonly records: number;
      readonly found: number;
      readonly isDone: boolean;
    }): void => {
      logger.info("search.advanced", fact);
    },

    searchEnded: (fact: { readonly searchId: string; readonly state: string }): void => {
      logger.info("search.ended", fact);
    },

    batchExpired: (fact: BatchFact): void => {
      logger.warn("batch.expired", { ...fact });
      count(metricNames.batchesExpired, 1);
      count(metricNames.eventsExpired, fact.events);
    },

    /** Somebody has a batch sent to a URL of their own: who, and to which host. */
    batchSentElsewhere: (
      fact: BatchFact & {
        readonly host: string;
        readonly keyId?: string;
        readonly portalLinkId?: string;
      },
    ): void => {
      logger.info("batch.sent_elsewhere", { ...fact });
    },

    /** A delivered body that its webhook keeps could not be stored: nobody can read it, or send it again. */
    bodyNotKept: (fact: BatchFact & { readonly error: unknown }): void => {
      const { error, ...batch } = fact;
      logger.error("body.not_kept", { ...batch, error: asError(error) });
      count(metricNames.bodiesNotKept, 1);
    },

    /** A change was made, but no event reports it yet: the next request that changes the webhook reports it. */
    changeNotTold: (fact: { readonly webhookId: string; readonly error: unknown }): void => {
      const { error, webhookId } = fact;
      logger.error("change.not_told", { webhookId, error: asError(error) });
      count(metricNames.recordsNotWritten, 1);
    },

    /** An attempt was made but could not be recorded. The batch goes on as its outcome demands. */
    recordNotWritten: (fact: BatchFact & { readonly error: unknown }): void => {
      const { error, ...batch } = fact;
      logger.error("record.not_written", { ...batch, error: asError(error) });
      count(metricNames.recordsNotWritten, 1);
    },
  };
};

export type Telemetry = ReturnType<typeof createTelemetry>;

interface BatchFact {
  readonly batchId: string;
  readonly webhookId: string;
  readonly events: number;
}

/** An invocation without metrics is no event for us, but the metrics library warns of it each time. */
const quiet = (logger: Logger) => {
  const debug = (message: string): void => logger.debug(message);
  return { trace: debug, debug, info: debug, warn: debug, error: (message: string) => logger.error(message) };
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
