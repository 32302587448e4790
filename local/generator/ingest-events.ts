import { promisify } from "node:util";
import { gzip } from "node:zlib";
import * as z from "zod";
import { jsonOf } from "#shared/text/json.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** Which ingest route gets the events. */
export interface IngestAccess {
  /** Base URL of the API up to the version. */
  readonly url: string;
  readonly key: string;
}

/** What the ingest route did with a request. */
export type IngestAnswer =
  /** Lines, from 1, that it turned down. */
  | { readonly kind: "taken"; readonly refusedLines: ReadonlySet<number> }
  | { readonly kind: "refused"; readonly text: string }
  | { readonly kind: "unanswered"; readonly text: string };

/** Longer than API Gateway lets a request run. */
const timeoutMs = 35_000;
/** Below this, compressing costs more than it saves. */
const minGzipBytes = 1_024;
const compress = promisify(gzip);

const facts = z.object({
  accepted: z.number(),
  errors: z.array(z.object({ line: z.number() })).default([]),
  not_accepted_lines: z.array(z.number()).default([]),
});
const answerBody = z.object({
  results: facts.optional(),
  errors: z.array(z.object({ message: z.string(), ingest: facts.partial().optional() })).optional(),
});

/** Events as the body of a request. */
export interface PackedEvents {
  readonly body: Buffer<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Compresses events, one a line, where it pays. */
export const packEvents = async (ndjson: Buffer): Promise<PackedEvents> => {
  const headers = { "content-type": "application/x-ndjson" };
  if (ndjson.length < minGzipBytes) return { body: Buffer.from(ndjson), headers };
  return { body: await compress(ndjson, { level: 1 }), headers: { ...headers, "content-encoding": "gzip" } };
};

/** Sends events to the ingest route. */
export const ingestEvents = async (access: IngestAccess, packed: PackedEvents): Promise<IngestAnswer> => {
  const { status, text } = await postPacked(access, "/ingest/events", packed);
  return status === undefined ? { kind: "unanswered", text } : readAnswer({ status, text });
};

/** POSTs a body to a path of the API; without a status where there was no answer. */
export const postPacked = async (
  { url, key }: IngestAccess,
  path: string,
  packed: PackedEvents,
): Promise<{ readonly status?: number; readonly text: string }> => {
  try {
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization: key, ...packed.headers },
      body: packed.body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { text: cause instanceof Error ? cause.message : String(cause) };
  }
};

const readAnswer = ({ status, text }: { readonly status: number; readonly text: string }): IngestAnswer => {
  const { results, errors = [] } = answerBody.safeParse(jsonOf(text)).data ?? {};
  if (status === 200 && results !== undefined) {
    return { kind: "taken", refusedLines: new Set(results.errors.map(({ line }) => line)) };
  }
  // The stream took some of the events before it failed.
  const { accepted = 0, errors: refused = [], not_accepted_lines: lines = [] } = errors[0]?.ingest ?? {};
  if (accepted > 0) return { kind: "taken", refusedLines: new Set([...refused.map(({ line }) => line), ...lines]) };
  return { kind: "refused", text: `${status} ${errors[0]?.message ?? beginningOf(text, 200)}` };
};
