/**
 * The local system with CloudWatch beside it, in time-lapse: a second stands for half a minute, so that a window of a second
 * is the thirty seconds of production, and a condition that must last for five minutes has to last for ten seconds.
 *
 * Metrics of the functions' own are read from their logs as CloudWatch reads them. Those of AWS's services are computed
 * from what the local runtime does: invocations, their errors and the age of their records; messages of queues and the age
 * of the oldest; answers of the API. What the runtime has no notion of (throttles) can only be put there by `put`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setInterval as every, setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { gatewayErrors } from "#shared/contract/gateway-errors.ts";
import { type Assembly, readAssembly } from "../../../emulator/assembly.ts";
import type { InvocationResult } from "../../../emulator/functions/environment.ts";
import type { FunctionPool } from "../../../emulator/functions/function-pool.ts";
import { evaluateTemplate } from "../../../emulator/template/evaluate.ts";
import { identifyResource } from "../../../emulator/template/resource-identity.ts";
import { synthesise } from "../../../local/synthesise.ts";
import { openTidepost } from "../open-tidepost.ts";
import { matchesFilter, readEmf } from "./emf.ts";
import { alarmState, readAlarm } from "./evaluate-alarm.ts";
import { createMetricStore, type MetricName } from "./metric-store.ts";

const scale = 30;
const pollMs = 200;

/** A logical id without the hash that the CDK adds. */
const stable = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, "");

const { template } = await readAssembly(await synthesise());
/** The stack that runs, as in an account of AWS, which has an alarm more; a reference to a resource is its stable id. */
const resources = evaluateTemplate({
  template: { ...template, Conditions: { InRealAccount: true } },
  identify: (resource) => {
    const ref = stable(resource.logicalId);
    const { attributes } = identifyResource(resource, { sqs: "https://sqs.us-east-1.amazonaws.com" });
    return { ref, attributes: { ...attributes, QueueName: `${ref}.QueueName` } };
  },
});
const ofType = (wanted: string) => resources.filter(({ type }) => type === wanted);
const alarms = new Map(
  ofType("AWS::CloudWatch::Alarm").map(({ logicalId, properties }) => [
    stable(logicalId).replace(/^Observability/, ""),
    readAlarm(properties),
  ]),
);
/** Names of all alarms of the stack. */
export const alarmNames: readonly string[] = [...alarms.keys()].toSorted();

const [filter] = ofType("AWS::Logs::MetricFilter");
const filterPattern = String(filter?.properties["FilterPattern"]);
const kinesisRecords = z.object({
  Records: z.array(z.object({ kinesis: z.object({ approximateArrivalTimestamp: z.number() }).optional() })).min(1),
});

/** Starts the system; the template may be changed to break it. */
export const watchAlarms = async (options: {
  readonly key: string;
  readonly change?: (template: Assembly["template"]) => void;
  /** How long an invocation of a function is held up before it begins. @default 0 */
  readonly heldUpMs?: (logicalId: string) => number;
}) => {
  const startedAt = Date.now();
  const now = (): number => startedAt + (Date.now() - startedAt) * scale;
  const store = createMetricStore();
  const put = (namespace: string, name: string, dimensions: MetricName["dimensions"], value: number): void =>
    store.put({ dimensions, name, namespace }, { at: now(), value });

  const noteInvocation = (logicalId: string, event: string, result: InvocationResult): void => {
    const dimensions = { FunctionName: stable(logicalId) };
    put("AWS/Lambda", "Invocations", dimensions, 1);
    if (result.kind === "failed") put("AWS/Lambda", "Errors", dimensions, 1);
    const read = kinesisRecords.safeParse(JSON.parse(event));
    const last = read.data?.Records.at(-1)?.kinesis?.approximateArrivalTimestamp;
    if (last !== undefined) put("AWS/Lambda", "IteratorAge", dimensions, (Date.now() - last * 1_000) * scale);
  };
  const wrapFunction = (pool: FunctionPool): FunctionPool => ({
    ...pool,
    invoke: async (event) => {
      const heldUpMs = options.heldUpMs?.(pool.definition.logicalId) ?? 0;
      if (heldUpMs > 0) await delay(heldUpMs);
      const result = await pool.invoke(event);
      noteInvocation(pool.definition.logicalId, event, result);
      return result;
    },
  });
  const onFunctionLog = (text: string): void => {
    for (const { metric, value } of readEmf(text)) store.put(metric, { at: now(), value });
  };

  const dataDir = mkdtempSync(join(tmpdir(), "tidepost-alarms-"));
  const { change, key } = options;
  // Expiry after seven seconds of retries.
  const tidepost = await openTidepost({ change, dataDir, key, onFunctionLog, wrapFunction, retryScale: 2_000 });
  const queueMetrics = pollQueues(join(dataDir, "queues", "fauxqs.db"), put);

  return {
    ...tidepost,
    put,
    /** A request to the API, counted as API Gateway counts it and logged as its access log has it. */
    call: async (...[method, path, callOptions]: Parameters<typeof tidepost.call>) => {
      const answer = await tidepost.call(method, path, callOptions);
      const dimensions = { ApiName: "Tidepost", Stage: "RestApiDeploymentStageapi" };
      if (answer.status >= 500) put("AWS/ApiGateway", "5XXError", dimensions, 1);
      const gatewayError = Object.entries(gatewayErrors).find(([, { message, description }]) => {
        const [error] = (answer.json?.errors ?? []) as readonly { message?: string; description?: string }[];
        return error?.message === message && error.description === description;
      })?.[0];
      if (matchesFilter(filterPattern, { gatewayError })) put("Tidepost/local", "AuthorizerFaults", {}, 1);
      return answer;
    },
    /** Alarms that are on. */
    raised: (): readonly string[] =>
      alarmNames.filter((name) => {
        const alarm = alarms.get(name);
        return alarm !== undefined && alarmState(alarm, { now: now(), store }) === "ALARM";
      }),
    stop: async (): Promise<void> => {
      await queueMetrics.stop();
      await tidepost.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
};

interface QueueRow {
  readonly delay_until: number | null;
  readonly queue_name: string;
  readonly sent_timestamp: number;
  readonly visibility_deadline: number | null;
}

/** Reads the emulator's own store, since its API, like SQS's, does not tell the age of messages. */
const pollQueues = (
  file: string,
  put: (namespace: string, name: string, dimensions: MetricName["dimensions"], value: number) => void,
) => {
  const stopping = new AbortController();
  const read = (): void => {
    const database = new DatabaseSync(file, { readOnly: true });
    const queues = database.prepare("SELECT name FROM sqs_queues").all() as unknown as { readonly name: string }[];
    const messages = database.prepare("SELECT * FROM sqs_messages").all() as unknown as QueueRow[];
    database.close();
    for (const { name } of queues) {
      const dimensions = { QueueName: `${stable(name)}.QueueName` };
      const isVisible = (row: QueueRow): boolean =>
        Math.max(row.delay_until ?? 0, row.visibility_deadline ?? 0) <= Date.now();
      const own = messages.filter((row) => row.queue_name === name);
      const visible = own.filter(isVisible);
      put("AWS/SQS", "ApproximateNumberOfMessagesVisible", dimensions, visible.length);
      const oldest = Math.min(...visible.map((row) => row.sent_timestamp));
      const ageSeconds = visible.length === 0 ? 0 : ((Date.now() - oldest) / 1_000) * scale;
      put("AWS/SQS", "ApproximateAgeOfOldestMessage", dimensions, ageSeconds);
    }
  };
  const loop = (async (): Promise<void> => {
    try {
      for await (const _ of every(pollMs, undefined, { signal: stopping.signal })) read();
    } catch (error) {
      if (!stopping.signal.aborted) throw error;
    }
  })();
  return {
    stop: async (): Promise<void> => {
      stopping.abort();
      await loop;
    },
  };
};
