import * as z from "zod";
import { version } from "#shared/contract/version.ts";
import type { Summary } from "../answers/webhook.ts";
import { type ApiAccess, callApiPage } from "../api-client.ts";
import { CliError, exitCodes } from "../cli-error.ts";
import { counted, span } from "../moments.ts";
import { phasesText, probeTarget, tookMs, verdict } from "../probe-target.ts";
import { readSummaries } from "../read-summary.ts";
import type { Check } from "./check.ts";

/** The `Date` header tells whole seconds. */
const dateStepMs = 1_000;
const maxSkewMs = 5_000;
/** A target that takes this share of its time may soon take too long. */
const slowShare = 0.5;

const openapi = z.looseObject({ info: z.looseObject({ version: z.string() }) });

/** Whether the API is there, of the same version, and agrees about the time. */
export const apiChecks = async (access: ApiAccess): Promise<readonly Check[]> => {
  try {
    const startedAt = performance.now();
    const { results, servedAt } = await callApiPage(access, {
      method: "GET",
      path: "/openapi.json",
      results: openapi,
      isWhole: true,
    });
    const tookText = span(performance.now() - startedAt);
    const its = results.info.version;
    return [
      its === version
        ? { name: "API", state: "ok", detail: `${access.url} in ${tookText}, same version` }
        : {
            name: "API",
            state: "warning",
            detail: `${access.url} in ${tookText}, version ${its}; this is ${version}`,
            fix: "Use the command of the API's version.",
          },
      skewCheck(servedAt, Date.now()),
    ];
  } catch (error) {
    return [failed("API", error)];
  }
};

/** How far this machine's clock is from the API's. */
export const skewCheck = (servedAt: number, now: number): Check => {
  const ahead = now - servedAt;
  // What a second's fraction explains is no skew.
  const skewMs = ahead < 0 ? -ahead : Math.max(0, ahead - dateStepMs);
  const name = "clock skew";
  if (skewMs <= maxSkewMs) return { name, state: "ok", detail: `less than ${span(Math.max(skewMs, dateStepMs))}` };
  const detail = `this machine is ${span(skewMs)} ${ahead < 0 ? "behind" : "ahead"}`;
  return { name, state: "warning", detail, fix: "Have the clock set by NTP: signatures and times depend on it." };
};

/** Whether the key is taken, and how the webhooks fare. */
export const webhookChecks = async (access: ApiAccess): Promise<readonly Check[]> => {
  try {
    const rows = await readSummaries(access);
    return [
      { name: "API key", state: "ok", detail: `may see ${counted(rows.length, "webhook")}` },
      ...rows.flatMap(fareCheck),
    ];
  } catch (error) {
    return [failed("API key", error)];
  }
};

const fareCheck = (row: Summary): readonly Check[] => {
  const { name, state, state_reason: reason, expired_24h: expired } = row;
  if (expired > 0) {
    const detail = `${counted(expired, "batch", "batches")} expired in 24 h`;
    return [{ name, state: "warning", detail, fix: `tidepost batch ${row.id.slice(0, 8)} --state expired` }];
  }
  if (state !== "failed" && state !== "parked") return [];
  const detail = `${state}${reason === null ? "" : `: ${reason}`}`;
  return [{ name, state: "warning", detail, fix: `tidepost probe --webhook ${row.id.slice(0, 8)}` }];
};

/** Whether a target takes a test POST, and how close to the limit. */
export const targetCheck = async (access: ApiAccess, target: string): Promise<Check> => {
  const name = `target ${target}`;
  try {
    const result = await probeTarget(access, { name: "doctor", target, events_mode: "all" });
    const took = tookMs(result) ?? 0;
    if (!result.ok)
      return { name, state: "failed", detail: verdict(result), fix: result.fix ?? `tidepost probe ${target}` };
    const detail = `answers in ${span(took)} of ${span(result.limit_ms)}`;
    if (took < result.limit_ms * slowShare)
      return {
        name,
        state: "ok",
        detail: [detail, phasesText(result.timings)].filter((part) => part !== undefined).join("   "),
      };
    return { name, state: "warning", detail, fix: "Answer first, process after." };
  } catch (error) {
    return failed(name, error);
  }
};

/** A check that could not be made, by what went wrong. */
export const failed = (name: string, error: unknown): Check => {
  if (!(error instanceof CliError)) throw error;
  const [first] = error.errors;
  const { message, fix } = first ?? { message: error.message };
  const help = fix ?? (error.exitCode === exitCodes.notAllowed ? "Use a key with the grant." : undefined);
  return { name, state: "failed", detail: message, ...(help === undefined ? {} : { fix: help }) };
};
