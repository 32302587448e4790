import * as z from "zod";
import { callerAnswer } from "#shared/contract/api/api-key.ts";
import { readable } from "#shared/contract/api/read-answer.ts";
import { grants } from "#shared/contract/words.ts";
import { jsonOf } from "#shared/text/json.ts";
import { CliError, exitCodes } from "../../errors.ts";
import type { Check } from "../../doctor-checks.ts";
import { runCheck } from "./run-check.ts";

const timeoutMs = 10_000;
const openapi = z.object({ openapi: z.string(), info: z.object({ version: z.string() }) });
const caller = readable(callerAnswer);

/** Whether the API answers from here: a document that needs no key. */
export const apiCheck = async (apiUrl: string): Promise<Check> =>
  await runCheck("API", async () => {
    const startedAt = performance.now();
    const { status, text } = await get(`${apiUrl}/openapi.json`);
    const document = openapi.safeParse(jsonOf(text));
    if (status !== 200 || !document.success) {
      return {
        state: "failed",
        detail: `${apiUrl}/openapi.json was answered ${status}, and not with the API's document`,
        fix: "Check the output ApiUrl, and the domain's record if the API has a domain of its own.",
      };
    }
    const ms = Math.round(performance.now() - startedAt);
    return { state: "ok", detail: `${apiUrl} answers in ${ms} ms, version ${document.data.info.version}` };
  });

/** Whether an API key is valid, and what it may not do. */
export const apiKeyCheck = async (apiUrl: string, key: string): Promise<Check> =>
  await runCheck("API key", async () => {
    const { status, text } = await get(`${apiUrl}/whoami`, { authorization: key });
    const found = caller.safeParse(jsonOf(text));
    if (status === 401) {
      return {
        state: "failed",
        detail: "the API does not know the key",
        fix: "Create one: tidepost keys create --stack NAME",
      };
    }
    if (status !== 200 || !found.success) {
      return {
        state: "warning",
        detail: `${apiUrl}/whoami was answered ${status}`,
        fix: "Is the deployed version older?",
      };
    }
    const { customer_id: customer, grants: granted, key: own } = found.data.results;
    const missing = grants.filter((grant) => !granted.includes(grant));
    const detail = `'${own.label}' of customer ${customer} may ${granted.join(", ")}`;
    if (missing.length === 0) return { state: "ok", detail };
    return {
      state: "warning",
      detail: `${detail}; not ${missing.join(", ")}`,
      fix: "Use another key where that is needed.",
    };
  });

const get = async (url: string, headers: Readonly<Record<string, string>> = {}) => {
  try {
    const response = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    // `fetch` says only that it failed; why is in the cause.
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const description = cause instanceof Error ? cause.message : String(cause);
    const fix = "Check the network, and the domain's record if the API has a domain of its own.";
    throw new CliError(exitCodes.unreachable, { message: `${url} cannot be reached`, description, fix }, { cause });
  }
};
