import {
  type EventSourceMappingConfiguration,
  GetEventSourceMappingCommand,
  LambdaClient,
  paginateListEventSourceMappings,
} from "@aws-sdk/client-lambda";
import type { Check } from "../../doctor-checks.ts";
import { type AwsConfig, type Finding, runCheck } from "./run-check.ts";

/** Whether `batch` reads the stream, and how its last window went. */
export const streamMappingCheck = async (config: AwsConfig, mappingId: string): Promise<Check> =>
  await runCheck("stream reader", async () => {
    const client = new LambdaClient(config);
    try {
      return streamFinding(await client.send(new GetEventSourceMappingCommand({ UUID: mappingId })));
    } finally {
      client.destroy();
    }
  });

const streamFinding = ({ LastProcessingResult = "", State = "", UUID }: EventSourceMappingConfiguration): Finding => {
  const detail = LastProcessingResult === "" ? State : `${State}, last result: ${LastProcessingResult}`;
  if (State !== "Enabled") {
    const fix = `Turn it on: aws lambda update-event-source-mapping --uuid ${UUID} --enabled`;
    return { state: isChanging(State) ? "warning" : "failed", detail: `the mapping is ${detail}`, fix };
  }
  if (LastProcessingResult.startsWith("PROBLEM")) {
    return { state: "warning", detail, fix: "See docs/runbook.md#windows-failed." };
  }
  return { state: "ok", detail };
};

/** Whether `deliver` takes its queues, and whether somebody has left a dead-letter queue's mapping on. */
export const queueMappingsCheck = async (
  config: AwsConfig,
  { functionName, redriveIds }: { readonly functionName: string; readonly redriveIds: readonly string[] },
): Promise<Check> =>
  await runCheck("queue readers", async () => {
    const client = new LambdaClient(config);
    try {
      const mappings: EventSourceMappingConfiguration[] = [];
      const pages = paginateListEventSourceMappings({ client }, { FunctionName: functionName });
      for await (const page of pages) mappings.push(...(page.EventSourceMappings ?? []));
      return queueFinding(mappings, redriveIds);
    } finally {
      client.destroy();
    }
  });

const queueFinding = (mappings: readonly EventSourceMappingConfiguration[], redriveIds: readonly string[]): Finding => {
  const isRedrive = ({ UUID = "" }: EventSourceMappingConfiguration): boolean => redriveIds.includes(UUID);
  const readers = mappings.filter((mapping) => !isRedrive(mapping));
  const off = readers.filter(({ State }) => State !== "Enabled");
  const leftOn = mappings.filter((mapping) => isRedrive(mapping) && mapping.State !== "Disabled");
  const [firstOff] = off;
  if (firstOff !== undefined || readers.length === 0) {
    const names = off.map(({ State, UUID }) => `${UUID} is ${State}`).join(", ");
    const uuid = firstOff?.UUID ?? "…";
    return {
      state: off.length > 0 && off.every(({ State }) => isChanging(State)) ? "warning" : "failed",
      detail: readers.length === 0 ? "no mapping reads the queues" : names,
      fix: `Turn it on: aws lambda update-event-source-mapping --uuid ${uuid} --enabled`,
    };
  }
  if (leftOn.length > 0) {
    return {
      state: "warning",
      detail: `dead letters are being taken by ${leftOn.map(({ UUID }) => UUID).join(", ")}`,
      fix: `When they are gone: aws lambda update-event-source-mapping --uuid ${leftOn[0]?.UUID} --no-enabled`,
    };
  }
  return { state: "ok", detail: `${readers.length} mappings are on, dead letters wait` };
};

const isChanging = (state: string | undefined): boolean => state?.endsWith("ing") === true;
