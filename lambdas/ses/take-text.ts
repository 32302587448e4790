import type { Undecodable } from "#shared/events/decode-record.ts";
import type { MappingOptions } from "./map-document.ts";
import { mapText } from "./map-text.ts";
import type { SnsEnvelope } from "./read-documents.ts";
import type { createRecordWriter } from "./record-writer.ts";

/** What a text came to. */
export interface TextFacts {
  /** Events that were handed to the writer. */
  readonly events: number;
  /** Documents that nothing is to be told of. */
  readonly ignored: number;
  readonly quarantined: number;
  /** What SNS and SES send when a topic is set up. */
  readonly setup: number;
  /** Pieces that are not even documents; they count as quarantined, too. */
  readonly unreadable: number;
  /** What is to be put aside: each piece that became no event, or the whole text where there are too many of them. */
  readonly pieces: readonly Undecodable[];
  /** What SNS wants confirmed. */
  readonly envelopes: readonly SnsEnvelope[];
}

/** More pieces are put aside as one: a text of ten million commas is not worth ten million objects. */
const maxPieces = 1_000;
/** SNS sends one confirmation in a request. */
const maxEnvelopes = 1;

/**
 * Hands the events of a text to the writer, and tells what else it holds.
 *
 * @param line number by which the writer names the text when the stream refuses some of it
 */
export const takeText = async (
  text: Buffer,
  {
    line,
    mapping,
    writer,
  }: {
    readonly line: number;
    readonly mapping: MappingOptions;
    readonly writer: ReturnType<typeof createRecordWriter>;
  },
): Promise<TextFacts> => {
  const counts = { events: 0, ignored: 0, quarantined: 0, setup: 0, unreadable: 0 };
  const pieces: Undecodable[] = [];
  const envelopes: SnsEnvelope[] = [];
  for (const outcome of mapText(text, mapping)) {
    if (outcome.kind === "events") {
      counts.events += outcome.events.length;
      await writer.add(outcome.customerId, outcome.events, line);
      continue;
    }
    counts[outcome.kind] += 1;
    if (outcome.kind === "quarantined") {
      if (!outcome.isReadable) counts.unreadable += 1;
      if (pieces.length < maxPieces) pieces.push({ bytes: outcome.bytes, problem: outcome.problem });
    }
    if (outcome.kind === "setup" && outcome.envelope !== undefined && envelopes.length < maxEnvelopes) {
      envelopes.push(outcome.envelope);
    }
  }
  const problem = `${counts.quarantined} pieces became no events; the first: ${pieces[0]?.problem ?? ""}`;
  const isTooMany = counts.quarantined > maxPieces;
  return { ...counts, pieces: isTooMany ? [{ bytes: text, problem }] : pieces, envelopes };
};
