import { createEventSource } from "./event-source.ts";
import { ingestEvents, type IngestAccess, packEvents } from "./ingest-events.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import type { MixName } from "./mix.ts";
import { type Pacer, startPacer } from "./pacer.ts";

export interface GeneratorOptions extends IngestAccess {
  /** Events a second. */
  readonly rate: number;
  readonly mix: MixName;
  /** 32-bit integer. */
  readonly seed: number;
  /** Called when events could not be ingested, once for a run of the same trouble. */
  readonly onProblem: (text: string) => void;
}

/** A running generator. */
export interface Generator extends Pacer {
  readonly ledger: Pick<Ledger, "account" | "arrived">;
}

const maxEventsPerRequest = 5_000;

/** Starts to ingest events at a rate. */
export const startGenerator = (options: GeneratorOptions): Generator => {
  const { mix, rate, seed } = options;
  const source = createEventSource(mix, seed);
  const ledger = createLedger(seed);
  const tell = onceEach(options.onProblem);

  const send = async (count: number): Promise<void> => {
    const { ranges, ndjson } = source.take(count, Date.now());
    ledger.sent(ranges, Date.now());
    const answer = await ingestEvents(options, await packEvents(ndjson));
    if (answer.kind === "taken") ledger.answered(ranges, answer.refusedLines);
    else if (answer.kind === "refused") ledger.answered(ranges, "all");
    else ledger.unanswered(ranges);
    tell(answer.kind === "taken" ? "" : `Events could not be ingested: ${answer.text}`);
  };

  return { ledger, ...startPacer({ mix, rate, maxPerRequest: maxEventsPerRequest, send }) };
};

/** Passes a text on that differs from the one before; an empty text says that there is no trouble. */
export const onceEach = (pass: (text: string) => void): ((text: string) => void) => {
  let last = "";
  return (text) => {
    if (text !== "" && text !== last) pass(text);
    last = text;
  };
};
