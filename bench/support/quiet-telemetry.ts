import { createTelemetry, type Telemetry } from "#shared/runtime/telemetry.ts";

/** A function's telemetry that writes nothing: the few lines of an invocation weigh little beside its events. */
export const quietTelemetry = (functionName: string): Telemetry => {
  process.env["POWERTOOLS_LOG_LEVEL"] = "SILENT";
  process.env["POWERTOOLS_METRICS_DISABLED"] = "true";
  return createTelemetry(functionName);
};
