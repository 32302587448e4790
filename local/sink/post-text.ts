import { maskSecret } from "#shared/webhooks/mask-secret.ts";
import type { SinkResult } from "./action.ts";
import type { ReceivedPost } from "./receive-post.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { utcClock } from "#shared/text/times.ts";
import { plain } from "#shared/text/plain.ts";
import { beginningOf } from "#shared/text/cut.ts";

const maxExcerptCharacters = 160;
/** Headers that every request has, and that say nothing. */
const usual: ReadonlySet<string> = new Set(["host", "connection", "content-length", "accept", "keep-alive"]);
const secret: ReadonlySet<string> = new Set(["authorization", "x-messagesystems-webhook-token"]);

/** Number of events in words. */
export const eventCount = (events: number): string => counted(events, "event");

/** Numbers of events by type, the most frequent first. */
export const typeCounts = (types: Readonly<Record<string, number>>): string =>
  Object.entries(types)
    .toSorted(([, one], [, other]) => other - one)
    .map(([type, events]) => `${plain(type)} ${count(events)}`)
    .join(" · ");

const resultText = (result: SinkResult): string => {
  switch (result.kind) {
    case "answered":
      return `${result.status < 300 ? "✔" : "✖"} ${result.status}`;
    case "reset":
      return "✖ connection reset";
    case "sender_left":
      return `✖ no answer; the sender left after ${(result.afterMs / 1_000).toFixed(1)} s`;
  }
};

/** Time of day (Unix milliseconds), in UTC as everywhere: `03:04:05Z`. */
export const clock = (at: number): string => utcClock(new Date(at).toISOString());

const shownHeaders = (headers: ReceivedPost["headers"]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !usual.has(name))
      .map(([name, value]) => [name, secret.has(name) ? maskSecret(String(value)) : plain(String(value))]),
  );

/** What a sink prints of a POST: what came and what became of it, its headers, its first event. */
export const postLines = (post: ReceivedPost): readonly string[] => {
  const { batchId, events, types, bytes, attempt, isDuplicate, replayId, firstEvent, result } = post;
  const isTest = events === 0 && result.kind !== "reset";
  const parts = isTest
    ? ["test POST", resultText(result)]
    : [
        plain(batchId ?? "no batch id"),
        ...(result.kind === "reset" ? [] : [eventCount(events), typeCounts(types), counted(bytes, "byte")]),
        resultText(result),
        `attempt ${attempt}`,
        isDuplicate ? "duplicate" : "",
        replayId === undefined ? "" : "replay",
      ];
  const headers = Object.entries(shownHeaders(post.headers)).map(([name, value]) => `${name}: ${value}`);
  const indent = " ".repeat(10);
  return [
    `${clock(post.at)}  ${parts.filter((part) => part !== "").join("   ")}`,
    `${indent}${headers.join("   ")}`,
    ...(firstEvent === undefined ? [] : [`${indent}${excerpt(firstEvent)}`]),
  ];
};

const excerpt = (text: string): string =>
  plain(text.length > maxExcerptCharacters ? `${beginningOf(text, maxExcerptCharacters)}…` : text);

/** A POST as one JSON object, by the API's field names. */
export const postJson = (post: ReceivedPost): object => ({
  at: new Date(post.at).toISOString(),
  batch_id: post.batchId,
  replay_id: post.replayId,
  attempt: post.attempt,
  duplicate: post.isDuplicate,
  kept: post.isKept,
  events: post.events,
  event_types: post.types,
  bytes: post.bytes,
  mode: post.mode,
  outcome: post.result.kind,
  ...(post.result.kind === "answered" ? { status: post.result.status } : {}),
  headers: shownHeaders(post.headers),
  first_event: post.firstEvent === undefined ? undefined : (JSON.parse(post.firstEvent) as unknown),
});
