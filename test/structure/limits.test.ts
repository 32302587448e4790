import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as limits from "#shared/contract/limits.ts";
import { maxSigningSecrets } from "#shared/webhooks/settings.ts";
import { longestAttemptMs } from "../../lambdas/deliver/handler.ts";
import { claimMs } from "../../lambdas/deliver/settle.ts";
import { firstReturnSeconds } from "#shared/runtime/on-each-message.ts";
import { beginTestsWithinMs } from "../../lambdas/api/webhooks/test-post.ts";

const page = readFileSync("docs/limits.md", "utf8");
const n = (value: number): string => value.toLocaleString("en");
const mib = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;

const range = ({ min, max, byDefault }: typeof limits.portalLinkSeconds | typeof limits.portalSessionSeconds): string =>
  `${n(min)} s to ${n(max)} s, by default ${n(byDefault)} s`;

/** Where the page tells of each limit: the beginning of a row, and what the row says. */
const rows: Readonly<Partial<Record<keyof typeof limits, readonly [row: string, text: string]>>> = {
  maxApiBodyBytes: ["body of a request", `${n(limits.maxApiBodyBytes)} bytes`],
  maxJsonDepth: ["levels of objects", n(limits.maxJsonDepth)],
  maxListedErrors: ["errors in an answer", n(limits.maxListedErrors)],
  maxWebhooks: ["webhooks of a customer ", n(limits.maxWebhooks)],
  maxContentWebhooks: ["webhooks of a customer with", n(limits.maxContentWebhooks)],
  maxApiKeys: ["API keys of a customer", n(limits.maxApiKeys)],
  portalLinkSeconds: ["portal link: time", range(limits.portalLinkSeconds)],
  portalSessionSeconds: ["portal link: time", range(limits.portalSessionSeconds)],
  portalLinkDays: ["portal links in the list", `${limits.portalLinkDays} days`],
  changeDays: ["changes of a webhook that can be read", `${limits.changeDays} days`],
  maxChanges: ["changes of a webhook that can be read", n(limits.maxChanges)],
  maxChangedValueCharacters: ["a change in that list", n(limits.maxChangedValueCharacters)],
  maxChangeBytes: ["a change in that list", n(limits.maxChangeBytes)],
  maxListedReplays: ["replays that a webhook's list has", n(limits.maxListedReplays)],
  jobDays: ["days that a search can", n(limits.jobDays)],
  maxSearches: ["searches for events", n(limits.maxSearches)],
  maxSubaccountSearches: ["searches for events", `one for a sub-account makes them ${n(limits.maxSubaccountSearches)}`],
  maxSearchMatches: ["events that a search finds", n(limits.maxSearchMatches)],
  maxMatchWebhooks: ["webhooks that a search looks at", n(limits.maxMatchWebhooks)],
  maxSearchWebhooks: ["webhooks that a search looks at", n(limits.maxSearchWebhooks)],
  maxMatchBatches: ["batches named for an event", n(limits.maxMatchBatches)],
  maxSentAgain: ["times that a delivered batch", n(limits.maxSentAgain)],
  maxAttemptsBytes: ["attempts of a batch", `${n(limits.maxAttemptsBytes)} bytes`],
  maxSentElsewhere: ["times that a batch is sent to URLs", n(limits.maxSentElsewhere)],
  maxKeptBodyDays: ["days that a webhook keeps", n(limits.maxKeptBodyDays)],
  maxMatchEventBytes: ["event that a search keeps", `${limits.maxMatchEventBytes / 1_024} KiB`],
  maxListEntries: ["entries of a list", n(limits.maxListEntries)],
  maxImportEntries: ["entries of an import", n(limits.maxImportEntries)],
  maxNameCharacters: ["name of a webhook", `${n(limits.maxNameCharacters)} characters`],
  maxUrlCharacters: ["target, token URL", `${n(limits.maxUrlCharacters)} characters`],
  maxCredentialCharacters: ["token, user name", `${n(limits.maxCredentialCharacters)} characters`],
  maxExceptions: ["sub-accounts that", n(limits.maxExceptions)],
  maxCustomHeaders: ["custom headers", n(limits.maxCustomHeaders)],
  maxCustomHeaderBytes: ["custom headers", `less than ${n(limits.maxCustomHeaderBytes)} bytes`],
  maxTokenFields: ["`auth_request_details.body`", `${n(limits.maxTokenFields)} fields`],
  maxTokenBodyBytes: ["`auth_request_details.body`", `${n(limits.maxTokenBodyBytes)} bytes`],
  maxTokenBodyDepth: ["`auth_request_details.body`", `${n(limits.maxTokenBodyDepth)} levels`],
  maxFilterBytes: ["filter of a webhook", `${n(limits.maxFilterBytes)} bytes`],
  maxFilterDepth: ["filter of a webhook", `${limits.maxFilterDepth} levels`],
  maxFilterConditions: ["filter of a webhook", `${limits.maxFilterConditions} conditions`],
  maxFilteredValues: ["values of a list in", `first ${limits.maxFilteredValues}`],
  maxFieldPaths: ["fields that a webhook", `${limits.maxFieldPaths} of each`],
  maxFieldPathCharacters: ["fields that a webhook", `${limits.maxFieldPathCharacters} characters`],
  maxFieldPathNames: ["fields that a webhook", `${limits.maxFieldPathNames} names`],
  maxTestedEvents: ["events that a filter is tried", n(limits.maxTestedEvents)],
  maxTestedBytes: ["what the events may inflate to", `${limits.maxTestedBytes / 1024 ** 3} GiB`],
  maxPastRulesBytes: ["changes of its rules", `${limits.maxPastRulesBytes / 1024} KiB`],
  maxIdempotencyKeyCharacters: ["idempotency key", n(limits.maxIdempotencyKeyCharacters)],
  maxIngestBytes: ["body as sent", `${n(limits.maxIngestBytes)} bytes`],
  maxIngestInflatedBytes: ["body after", mib(limits.maxIngestInflatedBytes)],
  maxSesInflatedBytes: ["body after", mib(limits.maxSesInflatedBytes)],
  keyManagementRequestsPerSecond: ["requests with one", `${limits.keyManagementRequestsPerSecond} a second`],
  requestWindowSeconds: ["requests with one", `over ${limits.requestWindowSeconds} s`],
  keyRequestsPerSecond: ["requests to the ingest", `${limits.keyRequestsPerSecond} a second`],
  maxTextEvents: ["events in a request", n(limits.maxTextEvents)],
  maxEventBytes: ["one event", `${limits.maxEventBytes / 1024} KiB`],
  maxIngestErrors: ["refused events", n(limits.maxIngestErrors)],
  maxBatchEvents: ["events in a batch", n(limits.maxBatchEvents)],
  maxBatchBytes: ["bytes of a batch", mib(limits.maxBatchBytes)],
  batchWindowSeconds: ["time until a batch", `${limits.batchWindowSeconds} s`],
  connectTimeoutMs: ["time to connect", `${limits.connectTimeoutMs / 1_000} s`],
  uploadTimeoutMs: ["time to upload", `${limits.uploadTimeoutMs / 1_000} s`],
  testUploadTimeoutMs: ["time to upload", `${limits.testUploadTimeoutMs / 1_000} s for a test POST`],
  keepBodyTimeoutMs: ["time to store a delivered body", `${limits.keepBodyTimeoutMs / 1_000} s`],
  tokenTimeoutMs: ["time to get", `${limits.tokenTimeoutMs / 1_000} s`],
  maxAttemptMs: ["time of an attempt", `${limits.maxAttemptMs / 1_000} s`],
  answerTimeoutMs: ["time that a target", `${limits.answerTimeoutMs / 1_000} s`],
  maxDelaySeconds: ["time between", `${limits.maxDelaySeconds / 60} min`],
  retryWindowMs: ["time in which", `${limits.retryWindowMs / 3_600_000} hours`],
  metricsDays: ["days that counters", n(limits.metricsDays)],
  minuteMetricsHours: ["hours by the minute", n(limits.minuteMetricsHours)],
  maxPolls: ["polls under way", `${limits.maxPolls} of all customers`],
  maxCustomerPolls: ["polls under way", `${limits.maxCustomerPolls} of one`],
  maxPollWaitSeconds: ["time that a poll", `${limits.maxPollWaitSeconds} s`],
  maxPollEvents: ["events and bytes", n(limits.maxPollEvents)],
  maxPollBytes: ["events and bytes", mib(limits.maxPollBytes)],
  maxPollShards: ["shards of the stream", n(limits.maxPollShards)],
};

/** What only the operator's side of the system knows of. */
const internal = new Set([
  "batchTimeoutSeconds",
  "deadLetterDays",
  "deliverBatchSize",
  "deliverTimeoutSeconds",
  "inlineMessageBytes",
  "maxChainMs",
  "maxFastChainMs",
  "maxFrameBytes",
  "maxPostMs",
  "maxReceives",
  "maxRecordBytes",
  "maxRecordEvents",
  "maxTestPostMs",
  "maxWindowInflatedBytes",
  "maxWindowRecords",
  "messageDays",
  "minFrameEvents",
  "pollReadEveryMs",
  "queueDays",
  "replayTimeoutSeconds",
  "retriesGatherSeconds",
  "restTimeoutSeconds",
  "sesTimeoutSeconds",
  "visibilityTimeoutSeconds",
]);

const rowOf = (start: string): string | undefined => page.split("\n").find((line) => line.startsWith(`| ${start}`));

describe("the page on limits", () => {
  it.each(Object.entries(rows))("says what %s is", (_, [start, text]) => {
    expect(rowOf(start)).toContain(text);
  });

  it("says how many signing secrets there may be", () => {
    expect(rowOf("signing secrets")).toContain(` ${maxSigningSecrets} `);
  });

  it("leaves no limit of the code out", () => {
    const known = [...Object.keys(rows), ...internal];
    expect(Object.keys(limits).filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe("the time of a function", () => {
  const { maxAttemptMs, maxPostMs, maxTestPostMs, tokenTimeoutMs } = limits;
  const ofDeliver = limits.deliverTimeoutSeconds * 1_000;
  const ofRequest = limits.restTimeoutSeconds * 1_000;

  it("holds the longest attempt, and what comes before and behind it", () => {
    expect(tokenTimeoutMs + maxPostMs).toBeLessThan(maxAttemptMs);
    expect(longestAttemptMs).toBeGreaterThan(maxAttemptMs + limits.keepBodyTimeoutMs);
    expect(longestAttemptMs + 10_000).toBeLessThan(ofDeliver);
  });

  it("is over before a message that failed comes again, which must not find its own claim", () => {
    expect(claimMs).toBeGreaterThan(ofDeliver);
    expect(firstReturnSeconds * 1_000).toBeGreaterThan(claimMs);
  });

  it("holds a test POST that begins at the last moment, with its token", () => {
    expect(beginTestsWithinMs).toBeGreaterThan(0);
    expect(beginTestsWithinMs + tokenTimeoutMs + maxTestPostMs).toBeLessThan(ofRequest);
  });

  it("holds the two requests that confirm a subscription to a topic, and the longest poll", () => {
    expect(2 * tokenTimeoutMs).toBeLessThan(Math.min(ofRequest, limits.sesTimeoutSeconds * 1_000));
    expect(limits.maxPollWaitSeconds * 1_000).toBeLessThan(ofRequest);
  });
});
