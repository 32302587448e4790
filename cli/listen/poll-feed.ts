import { apiErrors } from "#shared/contract/api/errors.ts";
import { eventStreamAnswer } from "#shared/contract/api/event-stream.ts";
import type { RoutedEvent } from "#shared/events/span.ts";
import { byte, hasAt, nowhere, scanByte, scanString, scanValue, skipWhitespace } from "#shared/events/scan-json.ts";
import { readEvent } from "#shared/events/read-event.ts";
import { splitJsonArray } from "#shared/events/split.ts";
import { duration } from "#shared/text/times.ts";
import { type ApiAccess, callApiPage } from "../api.ts";
import { CliError } from "../errors.ts";
import { pauseBetween } from "../terminal.ts";
import { isPassing } from "../try-again.ts";
import type { Feed } from "./feed.ts";

interface PollFeedOptions {
  readonly access: ApiAccess;
  /** ISO 8601: begins with what came then or later; absent: now. */
  readonly from: string | undefined;
  /** Which events are asked for. */
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Told what is good to know. */
  readonly note: (text: string) => void;
}

/** Less than the API allows: after Ctrl-C a poll goes on there, and counts, until it is over. */
const waitSeconds = 10;
const firstRetryMs = 1_000;
const maxRetryMs = 30_000;
/** Further behind is worth a word. */
const farBehindMs = 60_000;

/**
 * Asks the API for events with a key, again and again. What passes by itself, such as an API that cannot be reached or too many
 * polls, is waited for; but a first poll that reaches nothing is an error.
 */
export const pollFeed = ({ access, from, query, signal, note }: PollFeedOptions): Feed => {
  let cursor: string | undefined;
  let failures = 0;
  let isFarBehind = false;
  const start = from ?? new Date().toISOString();

  const ask = async () => {
    const place = cursor === undefined ? { from: start } : { cursor };
    try {
      const page = await callApiPage(access, {
        method: "GET",
        path: "/events/stream",
        query: { ...query, wait: String(waitSeconds), ...(cursor === undefined && from === undefined ? {} : place) },
        answer: eventStreamAnswer,
        signal,
      });
      failures = 0;
      return page;
    } catch (error) {
      if (signal?.aborted === true) return undefined;
      if (!(error instanceof CliError) || !passesByItself(error, cursor !== undefined)) throw error;
      const retryMs = error.retryAfterMs ?? Math.min(firstRetryMs * 2 ** failures, maxRetryMs);
      failures += 1;
      note(`${error.message}: again in ${duration(retryMs)}`);
      await pauseBetween(retryMs, signal);
      return undefined;
    }
  };

  return {
    next: async () => {
      const page = await ask();
      if (page === undefined) return [];
      const { next_cursor: next, behind_ms: behindMs, omitted } = page.answer;
      const window = {
        stream: access.url,
        shard: "",
        firstSequenceNumber: cursor ?? start,
        lastSequenceNumber: next,
        arrivedAt: new Date().toISOString(),
      };
      cursor = next;
      if (omitted > 0) note(`${omitted} events are too large for a poll and were left out`);
      if (behindMs > farBehindMs && !isFarBehind)
        note(`Events come ${duration(behindMs)} late: there are many of them`);
      isFarBehind = behindMs > farBehindMs;
      return [{ window, events: eventsOf(Buffer.from(page.text)) }];
    },
    close: () => undefined,
  };
};

/** Too many requests and faults of the service share a code, which what stands before the API does not give. */
const passesByItself = (error: CliError, hasBegun: boolean): boolean =>
  error.errors.some(({ code }) => code === apiErrors.unavailable.code) || (hasBegun && isPassing(error));

const resultsKey = Buffer.from('"results"');

/** The events' own bytes. Parsed and written again, a number could be another. */
const eventsOf = (text: Buffer): readonly RoutedEvent[] => {
  let at = scanByte(text, 0, byte.openBrace);
  while (at !== nowhere) {
    const key = skipWhitespace(text, at);
    const value = skipWhitespace(text, scanByte(text, scanString(text, key), byte.colon));
    if (hasAt(text, key, resultsKey)) {
      return splitJsonArray({ text, start: value, end: text.length }).elements.flatMap((element) => {
        const reading = readEvent(element);
        return reading.kind === "event" ? [reading.event] : [];
      });
    }
    at = scanByte(text, scanValue(text, value), byte.comma);
  }
  return [];
};
