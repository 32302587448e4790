import * as z from "zod";
import type { FunctionLogLine } from "../emulator/functions/environment.ts";
import type { DevFact } from "./dev-fact.ts";

/** A structured line that a function logged. */
export type LogFacts = Readonly<Record<string, unknown>>;

const levels: ReadonlySet<string> = new Set(["WARN", "ERROR", "CRITICAL", "FATAL"]);

/** Facts of a structured log line that say nothing on a laptop. */
const noise: ReadonlySet<string> = new Set([
  "level",
  "message",
  "timestamp",
  "service",
  "stack",
  "cold_start",
  "function_arn",
  "function_memory_size",
  "function_name",
  "function_request_id",
  "sampling_rate",
  "xray_trace_id",
]);

/** The facts of a line; undefined when it is not structured. */
export const logFacts = ({ text }: FunctionLogLine): LogFacts | undefined => {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as LogFacts;
  } catch {
    return undefined;
  }
};

/** A function's name without the suffixes that CDK adds. */
export const shortName = (functionName: string): string => functionName.replace(/(?:Function)?[0-9A-F]{8}$/, "");

/** A function's log line as one readable line, or undefined for one that only `--verbose` shows. */
export const readableLogLine = (logged: FunctionLogLine): string | undefined => {
  const line = logFacts(logged);
  // What is not JSON comes from Node itself: a warning, or a crash.
  if (line === undefined) return logged.text.trim() === "" ? undefined : logged.text;
  if (!levels.has(String(line["level"]))) return undefined;
  // How an authorizer tells API Gateway to answer 401: a wrong key is no fault of the function.
  if (line["message"] === "Unauthorized") return undefined;
  // The expiry of a batch has a line of its own.
  if (line["message"] === "batch.expired") return undefined;
  const facts = Object.entries(line)
    .filter(([name]) => !noise.has(name))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [`${String(line["level"])}: ${String(line["message"])}`, ...facts].join(" ");
};

const batch = { batchId: z.string(), events: z.number() };

/** What functions log and everybody is told; attempts are told with more than their line has. */
const lines = z.discriminatedUnion("message", [
  z.object({ message: z.literal("batch.expired"), ...batch }),
  z.object({ message: z.literal("batch.parked"), ...batch, until: z.string() }),
  z.object({ message: z.literal("batch.split"), ...batch, into: z.array(z.string()) }),
  z.object({ message: z.literal("breaker.changed"), webhookId: z.string(), from: z.string(), to: z.string() }),
  z.object({ message: z.literal("replay.ended"), state: z.string() }),
]);

const endsParking: ReadonlySet<unknown> = new Set(["delivery.attempted", "batch.expired", "batch.split"]);

/** Makes facts of functions' lines. */
export const createLogFacts = (): ((facts: LogFacts) => DevFact | undefined) => {
  const parked = new Set<string>();
  return (facts) => {
    const fact = logFact(facts);
    const { batchId } = facts;
    if (fact?.event !== "parked") {
      // What else a function logs of a batch, such as that it waits for its turn, does not end that.
      if (typeof batchId === "string" && endsParking.has(facts["message"])) parked.delete(batchId);
      return fact;
    }
    const isAgain = parked.has(fact.batchId);
    parked.add(fact.batchId);
    return { ...fact, isAgain, batches: parked.size };
  };
};

/** The fact that a function's line stands for, if it stands for one. */
const logFact = (facts: LogFacts): DevFact | undefined => {
  const read = lines.safeParse(facts);
  if (!read.success) return undefined;
  const { data } = read;
  switch (data.message) {
    case "batch.expired":
      return { event: "expired", batchId: data.batchId, events: data.events };
    case "batch.parked":
      return {
        event: "parked",
        batchId: data.batchId,
        events: data.events,
        until: data.until,
        isAgain: false,
        batches: 1,
      };
    case "batch.split":
      return { event: "split", batchId: data.batchId, events: data.events, into: data.into };
    case "breaker.changed":
      return { event: "breaker", webhookId: data.webhookId, from: data.from, to: data.to };
    case "replay.ended":
      return { event: "note", text: `the replay is ${data.state}` };
  }
};
