import { prices } from "./prices.ts";

/** What is taken for granted of a request to `POST /ingest/events`; the benchmark prints it with the result. */
export const ingestAssumptions = {
  /** The authorizer of this route has no cache: it runs, and reads the key, for each request. */
  authorizeGb: 0.25,
  authorizeSeconds: 0.008,
  ingestGb: 1,
  /** Decoding, packing and PutRecords: for the request, and for each event in it. */
  ingestSeconds: 0.015,
  ingestSecondsPerEvent: 0.000_01,
  /** Access log, the line of each function. */
  logBytes: 3 * 1_024,
} as const;

const gb = 2 ** 30;

/** What a million events cost that come through the API, with so many in a request, by what is used. */
export const ingestCost = (eventsPerRequest: number) => {
  const a = ingestAssumptions;
  const requests = 1e6 / eventsPerRequest;
  const lambda =
    requests * (2 * prices.lambdaRequest + a.authorizeGb * a.authorizeSeconds * prices.lambdaGbSecond) +
    (requests * a.ingestSeconds + 1e6 * a.ingestSecondsPerEvent) * a.ingestGb * prices.lambdaGbSecond;
  const api = requests * prices.restRequest;
  const rest = requests * (prices.dynamodbRead + (a.logBytes / gb) * prices.logsGb);
  return { api, lambda, rest, total: api + lambda + rest };
};
