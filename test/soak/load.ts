/** Producers: clients of the ingest API, and one with access to the stream that also writes what cannot be decoded. */
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { maxBatchEvents } from "#shared/contract/limits.ts";
import type { Random } from "../../local/generator/random.ts";
import { hostileCall, hostileLine, noteAnswer } from "./hostile.ts";
import type { Ledger } from "./ledger.ts";
import { customers, type EventType, soakKeys } from "./population.ts";

/** Where producers send to, at the moment; undefined while there is no runtime. */
export interface Entrance {
  readonly apiUrl: string;
  readonly kinesis: KinesisClient;
  readonly streamName: string;
}

interface LoadOptions {
  readonly ledger: Ledger;
  readonly random: Random;
  readonly entrance: () => Entrance | undefined;
  readonly signal: AbortSignal;
  /** Hostile events and calls, too; whether nothing else is made to fail. */
  readonly hostile?: { readonly isAlone: boolean } | undefined;
}

interface IngestAnswer {
  readonly results?: { readonly accepted: number; readonly errors?: readonly { readonly line: number }[] };
}

const pauseMs = 150;
/**
 * Deliveries that may be open at a time: a machine that cannot keep up gets less, instead of a backlog that expires. Those of
 * targets that take nothing do not count: they would end the load for the rest of a long run. One batch of the largest size
 * that waits for its turn does not end it either.
 */
const mostOpen = 4_000 + maxBatchEvents;
const requestTimeoutMs = 20_000;
/** Share of what goes on the stream directly that is no event. */
const garbageShare = 0.2;
const lively = ["delivery", "click", "open"] as const;

const envelope = (n: number, type: EventType, claimedCustomer: string): string =>
  JSON.stringify({ msys: { message_event: { type, n, customer_id: claimedCustomer, subject: `Event ${n} “ä€”` } } });

/** Sends until the signal; resolves when the last request has ended. */
export const runLoad = async ({ ledger, random, entrance, signal, hostile }: LoadOptions): Promise<void> => {
  const [first = "", ...others] = customers;
  const anyCustomer = (): string => random.pick([first, ...others]);

  /** Makes events of a customer that may lie about whose they are. */
  const events = (customerId: string, count: number, type: () => EventType) =>
    Array.from({ length: count }, () => {
      const event = { customerId, type: type() };
      const n = ledger.newEvent(event);
      return { n, text: envelope(n, event.type, random.chance(0.3) ? anyCustomer() : customerId) };
    });

  const hostileLines = (customerId: string): readonly string[] =>
    hostile === undefined ? [] : Array.from({ length: random.integer(0, 5) }, () => hostileLine(random, customerId));

  const ingest = async (customerId: string, sent: ReturnType<typeof events>): Promise<void> => {
    const apiUrl = entrance()?.apiUrl;
    if (apiUrl === undefined) return;
    const strange = hostileLines(customerId);
    const response = await fetch(`${apiUrl}/v1/ingest/events`, {
      method: "POST",
      headers: { authorization: soakKeys[customerId] ?? "", "content-type": "application/x-ndjson" },
      body: gzipSync([...sent.map(({ text }) => text), ...strange].join("\n")),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const answer = (await response.json()) as IngestAnswer;
    ledger.count(`ingest answered ${response.status}`);
    if (response.status !== 200) return;
    const { accepted = 0, errors = [] } = answer.results ?? {};
    // Good lines stand before hostile ones, which may be refused.
    if (accepted < sent.length || errors.some(({ line }) => line <= sent.length)) {
      ledger.faults.push(`1: ingest took ${JSON.stringify(answer)}`);
    }
    ledger.count("hostile lines refused", errors.length);
    ledger.accept(sent.map(({ n }) => n));
  };

  const lane = async (work: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      try {
        if (ledger.openWithinReach() < mostOpen) await work();
      } catch {
        // Not acknowledged: the events may arrive or not.
        ledger.count("requests without an answer");
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  };

  const viaApi = () =>
    lane(async () => {
      const customerId = anyCustomer();
      await ingest(
        customerId,
        events(customerId, random.integer(1, 40), () => random.pick(lively)),
      );
    });

  /** A request of more events than a batch may have. */
  const viaApiAtOnce = () =>
    lane(async () => {
      const customerId = anyCustomer();
      await ingest(
        customerId,
        events(customerId, maxBatchEvents + 500, () => "injection"),
      );
      await delay(60_000, undefined, { signal });
    });

  const viaStream = () =>
    lane(async () => {
      const place = entrance();
      if (place === undefined) return;
      const { kinesis, streamName } = place;
      const customerId = anyCustomer();
      // A producer on the stream is trusted for whose events they are.
      const sent = Array.from({ length: random.integer(1, 20) }, () => {
        const event = { customerId, type: random.pick(lively) };
        const n = ledger.newEvent(event);
        return { n, text: envelope(n, event.type, customerId) };
      });
      const texts = [...sent.map(({ text }) => text), ...hostileLines(customerId)];
      const forms = [texts.join("\n"), gzipSync(texts.join("\n")), `[${texts.join(",")}]`] as const;
      const mark = random.chance(garbageShare) ? `garbage ${crypto.randomUUID()}` : undefined;
      const data = [Buffer.from(random.pick(forms)), ...(mark === undefined ? [] : [Buffer.from(mark)])];
      const { FailedRecordCount = 0 } = await kinesis.send(
        new PutRecordsCommand({
          StreamName: streamName,
          Records: data.map((Data) => ({ Data, PartitionKey: crypto.randomUUID() })),
        }),
      );
      if (FailedRecordCount > 0) return;
      ledger.count("requests to the stream");
      ledger.accept(sent.map(({ n }) => n));
      if (mark !== undefined) ledger.garbage.add(Buffer.from(mark).toString("base64"));
    });

  const hostileCalls = () =>
    lane(async () => {
      const apiUrl = entrance()?.apiUrl;
      const customerId = anyCustomer();
      const webhookId = ledger.webhookIds.get(`all-${customerId}`);
      if (hostile === undefined || apiUrl === undefined || webhookId === undefined) return;
      const call = hostileCall(random, webhookId);
      const response = await fetch(`${apiUrl}${call.path}`, {
        method: call.method,
        headers: { authorization: soakKeys[customerId] ?? "", "content-type": "application/json" },
        body: call.body,
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      await response.json();
      noteAnswer(ledger, call, response.status, hostile.isAlone);
    });

  await Promise.all([
    viaApi(),
    viaApi(),
    viaApi(),
    viaApiAtOnce(),
    viaStream(),
    ...(hostile === undefined ? [] : [hostileCalls(), hostileCalls()]),
  ]);
};
