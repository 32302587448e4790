import { type Probe, probe } from "./answers/probe.ts";
import type { Timings } from "./answers/batch.ts";
import { type ApiAccess, callApi } from "./api-client.ts";
import { type ApiError, CliError, exitCodes } from "./cli-error.ts";
import { duration } from "#shared/text/times.ts";

/** Has the API send a test POST with settings that need not be stored. */
export const probeTarget = async (access: ApiAccess, fields: Readonly<Record<string, unknown>>): Promise<Probe> =>
  await callApi(access, { method: "POST", path: "/webhooks/probe", body: JSON.stringify(fields), results: probe });

/** What a command tells whose test POST has failed. */
export const probeFailure = (result: Probe, what: string): CliError => {
  const { request, response, token_response: tokenResponse, reason, likely, fix } = result;
  const error: ApiError = {
    message: `${what}: ${verdict(result)}`,
    ...(request === undefined ? {} : { request }),
    ...(response === undefined ? (tokenResponse === undefined ? {} : { response: tokenResponse }) : { response }),
    ...(likely === undefined ? {} : { likely }),
    ...(fix === undefined ? {} : { fix }),
    ...(reason === undefined ? {} : { reason, code: "1200" }),
  };
  return new CliError(exitCodes.failed, error);
};

/** What came of a test POST, in a few words. */
export const verdict = (result: Probe): string => {
  const { response, reason = "failed", error_code: code } = result;
  const took = tookMs(result);
  const after = took === undefined ? "" : ` in ${duration(took)}`;
  if (response !== undefined) return `test POST got ${response.status}${after}`;
  if (reason.includes("token")) return "no access token was given";
  return `test POST failed (${reason}${code === undefined ? "" : `, ${code}`})${after}`;
};

/** How long an exchange took, in milliseconds. */
export const tookMs = ({ latency_ms: latencyMs, timings }: Probe): number | undefined => latencyMs ?? timings?.total_ms;

const phases = [
  ["dns", "dns_ms"],
  ["connect", "connect_ms"],
  ["TLS", "tls_ms"],
  ["upload", "upload_ms"],
  ["wait", "wait_ms"],
] as const;

/** The phases of an exchange that were reached: `connect 41 ms · upload 1 ms`. */
export const phasesText = (timings: Timings | undefined): string | undefined => {
  const reached = phases.flatMap(([label, field]) => {
    const ms = timings?.[field];
    return ms === undefined ? [] : [`${label} ${duration(ms)}`];
  });
  return reached.length === 0 ? undefined : reached.join(" · ");
};
