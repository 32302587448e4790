import type { Redactor } from "#shared/domain/redact-secrets.ts";
import type { TargetAnswer } from "#shared/domain/target-answer.ts";

/** What is kept of a target's answer, without secrets. */
export interface RecordedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly excerpt: string;
  readonly isTruncated: boolean;
}

/** Twenty attempts of this much stay far below the 400 KB that DynamoDB takes for a batch's record. */
const maxExcerptCharacters = 1_024;
const maxHeaderCharacters = 256;

/** Headers that tell a webhook's owner something; all of them could be 16 KB an attempt. */
const keptHeaders: ReadonlySet<string> = new Set([
  "content-type",
  "date",
  "location",
  "retry-after",
  "server",
  "via",
  "www-authenticate",
  "x-request-id",
]);

/** Takes what is kept out of an answer. `redactor` is asked for only when there is a text to look through. */
export const recordedAnswer = (
  { headers, excerpt, isTruncated }: Extract<TargetAnswer, { kind: "answered" }>,
  redactor: () => Redactor,
): RecordedAnswer => {
  const kept = Object.entries(headers).filter(([name]) => keptHeaders.has(name));
  const clean = excerpt === "" && kept.length === 0 ? undefined : redactor();
  const text = clean?.text(excerpt) ?? "";
  return {
    headers: Object.fromEntries(
      kept.map(([name, value]) => [name, (clean?.text(value) ?? "").slice(0, maxHeaderCharacters)]),
    ),
    excerpt: text.slice(0, maxExcerptCharacters),
    isTruncated: isTruncated || text.length > maxExcerptCharacters,
  };
};
