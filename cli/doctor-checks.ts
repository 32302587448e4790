import { once } from "node:events";
import { stat } from "node:fs/promises";
import { createServer } from "node:net";
import { callerAnswer } from "#shared/contract/api/api-key.ts";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { version } from "#shared/contract/version.ts";
import { shellWord } from "#shared/text/curl.ts";
import { counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { shortId } from "#shared/text/ids.ts";
import { type ApiAccess, callApi, probeTarget, summaryPages } from "./api.ts";
import { CliError, exitCodes } from "./errors.ts";
import { phasesText, tookMs, verdict } from "./text.ts";

/** How a check of `tidepost doctor` ended: a warning does not fail the command. */
export type CheckState = "ok" | "warning" | "failed";

/** One line of `tidepost doctor`. */
export interface Check {
  /** What was looked at, in a word or two: `node`, `clock skew`. */
  readonly name: string;
  readonly state: CheckState;
  /** What was found. */
  readonly detail: string;
  /** What to do about it, best a command; absent when all is well. */
  readonly fix?: string;
}

/** What the package runs on. In Tidepost's own folder, the command itself asks for 24. */
const requiredNode = { major: 22, minor: 19 } as const;
/** Where `npm run dev` listens unless told otherwise. */
const localPorts = [4_010, 4_011] as const;

/** Whether this Node is new enough. */
export const nodeCheck = (nodeVersion: string): Check => {
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const isNew = major > requiredNode.major || (major === requiredNode.major && minor >= requiredNode.minor);
  const needed = `${requiredNode.major}.${requiredNode.minor}`;
  return {
    name: "node",
    state: isNew ? "ok" : "failed",
    detail: `${nodeVersion} (need ≥ ${needed})`,
    ...(isNew ? {} : { fix: `Install Node ${needed} or later, or use npm run tidepost, which has its own.` }),
  };
};

/** Whether the ports of `npm run dev`, which does not run, are free. */
export const portsCheck = async (): Promise<Check> => {
  const taken: number[] = [];
  for (const port of localPorts) if (!(await isFree(port))) taken.push(port);
  if (taken.length === 0) return { name: "ports", state: "ok", detail: `${localPorts.join(", ")} free` };
  return {
    name: "ports",
    state: "warning",
    detail: `${taken.join(", ")} taken`,
    fix: "npm run dev -- --port 4020 --sink-port 4021",
  };
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
};

/** Whether the user's own file, which holds keys, is closed to others. */
export const configCheck = async (path: string): Promise<Check> => {
  const name = "config file";
  try {
    const mode = (await stat(path)).mode & 0o777;
    if ((mode & 0o077) === 0) return { name, state: "ok", detail: path };
    return { name, state: "warning", detail: `${path} can be read by others`, fix: `chmod 600 ${shellWord(path)}` };
  } catch {
    return { name, state: "ok", detail: "none yet" };
  }
};

const maxSkewMs = 5_000;
/** A target that takes this share of its time may soon take too long. */
const slowShare = 0.5;

/** Whether the API is there, of the same version, takes the key, and agrees about the time. */
export const apiChecks = async (access: ApiAccess): Promise<readonly Check[]> => {
  try {
    const startedAt = performance.now();
    const caller = await callApi(access, { method: "GET", path: "/whoami", answer: callerAnswer });
    const tookText = duration(performance.now() - startedAt);
    const { version: its, key, grants, customer_id: customer } = caller;
    return [
      its === version
        ? { name: "API", state: "ok", detail: `${access.url} in ${tookText}, same version` }
        : {
            name: "API",
            state: "warning",
            detail: `${access.url} in ${tookText}, version ${its}; this is ${version}`,
            fix: "Use the command of the API's version.",
          },
      skewCheck(Date.parse(caller.server_time), Date.now()),
      {
        name: "API key",
        state: "ok",
        detail: `${key.short_key}**** (${key.label}) of customer ${customer} may do: ${grants.join(", ")}`,
      },
    ];
  } catch (error) {
    return [failed(error instanceof CliError && error.exitCode === exitCodes.notAllowed ? "API key" : "API", error)];
  }
};

/** How far this machine's clock is from the API's. */
export const skewCheck = (theirs: number, now: number): Check => {
  const aheadMs = now - theirs;
  const name = "clock skew";
  const skewText = duration(Math.abs(aheadMs));
  if (Math.abs(aheadMs) <= maxSkewMs) return { name, state: "ok", detail: skewText };
  const detail = `this machine is ${skewText} ${aheadMs < 0 ? "behind" : "ahead"}`;
  return { name, state: "warning", detail, fix: "Have the clock set by NTP: signatures and times depend on it." };
};

/** How the webhooks fare. */
export const webhookChecks = async (access: ApiAccess): Promise<readonly Check[]> => {
  try {
    const rows: WebhookRow[] = [];
    for await (const { results } of summaryPages(access)) rows.push(...results);
    return [{ name: "webhooks", state: "ok", detail: counted(rows.length, "webhook") }, ...rows.flatMap(fareCheck)];
  } catch (error) {
    return [failed("webhooks", error)];
  }
};

const fareCheck = (row: WebhookRow): readonly Check[] => {
  const { name, state, state_reason: reason, expired_24h: expired } = row;
  if (expired > 0) {
    const detail = `${counted(expired, "batch", "batches")} expired in 24 h`;
    return [{ name, state: "warning", detail, fix: `tidepost batch ${shortId(row.id)} --state expired` }];
  }
  if (state !== "failed" && state !== "parked") return [];
  const detail = `${state}${reason === null ? "" : `: ${reason}`}`;
  return [{ name, state: "warning", detail, fix: `tidepost probe --webhook ${shortId(row.id)}` }];
};

/** Whether a target takes a test POST, and how close to the limit. */
export const targetCheck = async (access: ApiAccess, target: string): Promise<Check> => {
  const name = `target ${target}`;
  try {
    const result = await probeTarget(access, { target });
    const took = tookMs(result) ?? 0;
    if (!result.ok)
      return {
        name,
        state: "failed",
        detail: verdict(result),
        fix: result.fix ?? `tidepost probe ${shellWord(target)}`,
      };
    const detail = `answers in ${duration(took)} of ${duration(result.limit_ms)}`;
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
