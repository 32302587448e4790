import { lambdaContext } from "../../test/support/lambda-events.ts";
import { quietSesHandler } from "../ses-handler.ts";
import { sesDocuments, sesMessages } from "../support/ses-documents.ts";
import { prices } from "./prices.ts";

const documentsPerInvocation = 1_000;
const functionGb = 1;
/** At 1 GB Lambda gives so much of a vCPU. */
const vcpuShare = 1_024 / 1_769;
/** Lambda takes and deletes messages by tens; SNS's hand-over to a queue is free, the queue's request is not. */
const sqsRequestsPerDocument = 1 + 2 / 10;

/** What a million documents of Amazon SES, of one recipient each, cost besides their events: by what is used. */
export const sesCost = (secondsPerDocument: number) => {
  const lambda =
    (1e6 * secondsPerDocument * functionGb * prices.lambdaGbSecond) / vcpuShare +
    (1e6 / documentsPerInvocation) * prices.lambdaRequest;
  const topic = 1e6 * prices.snsPublish;
  const queue = 1e6 * sqsRequestsPerDocument * prices.sqsRequest;
  return { topic, queue, lambda, total: topic + queue + lambda };
};

/** CPU time of reading, mapping and packing a document, measured a number of times. */
export const measureSecondsPerDocument = async (runs: number): Promise<readonly number[]> => {
  const handler = quietSesHandler();
  const messages = sesMessages(sesDocuments(documentsPerInvocation));
  const seconds: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedAt = process.cpuUsage();
    for (let invocation = 0; invocation < 10; invocation += 1) await handler(messages, lambdaContext());
    const { user, system } = process.cpuUsage(startedAt);
    seconds.push((user + system) / 1e6 / 10 / documentsPerInvocation);
  }
  return seconds;
};
