import { type PackableEvent, type PackedRecord, packRecords } from "#shared/events/pack-records.ts";
import type { StreamWriter } from "#shared/stream.ts";
import type { EncodedEvent } from "./map-text.ts";

/** Events are put on the stream when there are so many bytes of them: that bounds what an invocation holds. */
const flushBytes = 8 * 1024 * 1024;

/** Gathers events of several customers and puts them on the stream in records of some hundreds. */
export const createRecordWriter = (stream: StreamWriter<PackedRecord>) => {
  let pending = new Map<string, PackableEvent[]>();
  let bytes = 0;
  let refusal: { readonly cause: unknown } | undefined;
  const refusedLines = new Set<number>();

  const flush = async (): Promise<void> => {
    const records = [...pending].flatMap(([customerId, events]) => packRecords(customerId, events));
    pending = new Map();
    bytes = 0;
    if (records.length === 0) return;
    const refused = await stream.putAll(records);
    if (refused.records.length === 0) return;
    refusal = { cause: refused.cause };
    for (const line of refused.records.flatMap((record) => record.lines)) refusedLines.add(line);
  };

  return {
    /**
     * Takes a document's events, which may put those before them on the stream.
     *
     * @param line number by which the caller knows where they come from
     */
    add: async (customerId: string, events: readonly EncodedEvent[], line: number): Promise<void> => {
      const list = pending.get(customerId) ?? [];
      pending.set(customerId, list);
      for (const event of events) {
        list.push({ ...event, line });
        bytes += event.text.length;
      }
      if (bytes >= flushBytes) await flush();
    },
    flush,
    /** Set once the stream has refused a record, although it was asked several times. */
    refusal: () => refusal,
    /** Lines some of whose events are not on the stream. */
    refusedLines: (): ReadonlySet<number> => refusedLines,
  };
};
