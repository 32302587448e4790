import type { FunctionLogLine } from "./runtime/functions/environment.ts";

const dim = (text: string): string => (process.stdout.isTTY ? `\u001B[2m${text}\u001B[22m` : text);

/** Prints one line for the person who runs this. */
export const printLine = (label: string, text: string): void => {
  process.stdout.write(`${dim(label.padEnd(9))} ${text}\n`);
};

/** Prints what went wrong, and what to do about it. */
export const printError = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

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

const parse = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
};

/** A function's log line as one readable line, or undefined for one that only `--verbose` shows. */
export const readableLogLine = ({ text }: FunctionLogLine): string | undefined => {
  const line = parse(text);
  // What is not JSON comes from Node itself: a warning, or a crash.
  if (line === undefined) return text.trim() === "" ? undefined : text;
  if (!levels.has(String(line["level"]))) return undefined;
  // How an authorizer tells API Gateway to answer 401: a wrong key is no fault of the function.
  if (line["message"] === "Unauthorized") return undefined;
  const facts = Object.entries(line)
    .filter(([name]) => !noise.has(name))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [`${String(line["level"])}: ${String(line["message"])}`, ...facts].join(" ");
};
