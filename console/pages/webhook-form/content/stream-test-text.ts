import type { StreamTestResult } from "#shared/contract/api/stream-test.ts";
import { bytes, count, counted } from "#shared/text/numbers.ts";
import { duration, secondMs, utcTime } from "#shared/text/times.ts";

const takenText = ({ events, matched, of_types: ofTypes }: StreamTestResult): string => {
  const types = ofTypes === events ? "" : `; ${count(ofTypes)} are of its types and sub-accounts`;
  return `${count(matched)} of ${counted(events, "event")}${types}`;
};

/** How far a running test is. */
export const costText = (test: StreamTestResult): string => {
  const { bytes_read: read, estimate } = test;
  const cost =
    estimate === undefined
      ? "estimating"
      : `${bytes(read)} of about ${bytes(estimate.bytes)} read, ${duration(estimate.seconds * secondMs)}`;
  return `${takenText(test)} so far · ${cost}`;
};

/** What a test that has ended has counted, and of what. */
export const testedText = (test: StreamTestResult): string => {
  const { from, read_from: readFrom, state, to, truncated } = test;
  const taken = `Would take ${takenText(test)}`;
  if (readFrom !== undefined) return `${taken}, of all that arrived from ${utcTime(readFrom)} to ${utcTime(to)}.`;
  const why = truncated
    ? "it was enough"
    : state === "cancelled"
      ? "it was cancelled"
      : "the stream has dropped a part";
  return `${taken}, of a part of what arrived from ${utcTime(from)} to ${utcTime(to)}: ${why}.`;
};
