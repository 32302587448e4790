import { stripVTControlCharacters, styleText } from "node:util";
import { clock, eventCount, typeCounts } from "./sink/post-text.ts";
import type { AttemptFact, DevFact, TotalsFact } from "./dev-fact.ts";
import { count, counted } from "#shared/text/numbers.ts";

/** How facts become lines. */
export interface TextOptions {
  readonly hasColour: boolean;
  /** Page of a batch, for terminals that show links. */
  readonly batchUrl?: ((webhookId: string, batchId: string) => string | undefined) | undefined;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Width of the terminal at present; absent, or undefined, where other programs read the lines. */
  readonly columns?: (() => number | undefined) | undefined;
}

type Style = Parameters<typeof styleText>[0];

const gap = "   ";
/** What stands between the parts of a list. */
const listed = " · ";
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** A length of time as minutes and seconds, or with hours. */
const minutes = (ms: number): string => {
  const whole = Math.max(0, Math.round(ms / 1_000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, rest] = [Math.floor(whole / 3_600), whole % 3_600];
  return hours > 0
    ? `${hours}:${two(Math.floor(rest / 60))}:${two(rest % 60)}`
    : `${Math.floor(rest / 60)}:${two(rest % 60)}`;
};

const lengthOf = (hours: number): string => {
  const inMinutes = hours * 60;
  if (hours >= 1) return `${Number(hours.toFixed(1))} h`;
  return inMinutes >= 1 ? `${Number(inMinutes.toFixed(1))} min` : `${Number((inMinutes * 60).toFixed(1))} s`;
};

/** The lines that tell a fact; none for one that is only for machines. */
export const factLines = (fact: DevFact, options: TextOptions): readonly string[] => {
  const paint = (style: Style, text: string): string =>
    options.hasColour ? styleText(style, text, { validateStream: false }) : text;
  const timed = (text: string): string => `${paint("dim", clock(options.now()))}  ${text}`;
  switch (fact.event) {
    case "title":
      return [`${paint("bold", `tidepost ${fact.version}`)}   local · no AWS · loopback only`];
    case "step": {
      const took = fact.tookMs === undefined ? "" : `${gap}${paint("dim", seconds(fact.tookMs))}`;
      return [`  ${paint("green", "✔")} ${fact.name.padEnd(10)} ${fact.text}${took}`];
    }
    case "ready":
      return [`Ready  ${fact.apiUrl}  key ${fact.key}`];
    case "clocks":
      return [...clocksLines(fact), ""];
    case "attempt":
      return attemptLines(fact, options, paint);
    case "expired":
      return [
        timed(
          `${shortId(fact.batchId)}  ${eventCount(fact.events)}   ${paint("red", "✖ expired: deleted undelivered")}`,
        ),
      ];
    case "parked": {
      // Parked batches are looked at every half minute: with many, hardly another line would be seen.
      if (fact.isAgain) return [];
      const wait = fact.batches === 1 ? "" : `: ${counted(fact.batches, "batch waits", "batches wait")}`;
      const nextMs = Date.parse(fact.until) - options.now();
      const next = nextMs < 50 ? "at once" : `in ${seconds(nextMs)}`;
      return [timed(`${shortId(fact.batchId)}  ${eventCount(fact.events)}   parked${wait}, looked at again ${next}`)];
    }
    case "split":
      return [
        timed(
          `${shortId(fact.batchId)}  ${eventCount(fact.events)}   split into ${fact.into.map(shortId).join(" and ")}`,
        ),
      ];
    case "breaker":
      return [
        timed(
          fact.to === "closed"
            ? "the target works again: batches go out"
            : `breaker ${fact.to.replace("_", "-")}: ${breakerText(fact.to)}`,
        ),
      ];
    case "first_batch":
      return [paint("bold", `  First batch delivered ${seconds(fact.afterMs)} after start.`)];
    case "sink_mode":
      return [timed(`sink now ${fact.does}`)];
    case "generator":
      return [timed(fact.isPaused ? "generator paused" : `generator now sends ${count(fact.rate)} events/s`)];
    case "function_log":
      return [`${paint("dim", "function")}  ${fact.functionName}  ${fact.text}`];
    case "help":
      return fact.lines.map((line) => `  ${line}`);
    case "note":
      return [timed(fact.text)];
    case "problem":
      return [timed(`${paint("red", "✖")} ${fact.text}`)];
    case "totals":
      return totalsLines(fact, options);
  }
};

const shortId = (batchId: string): string => `${batchId.slice(0, 4)}…`;

const breakerText = (state: string): string =>
  state === "open" ? "the target is given a rest, batches are parked" : "one batch goes as a probe";

const clocksLines = ({ windowSeconds, retryScale }: Extract<DevFact, { event: "clocks" }>): readonly string[] => {
  if (retryScale === 1 && windowSeconds === 30) return ["  Production's clocks: window 30 s, retries for 4 h."];
  const factor = Number(retryScale.toFixed(2));
  const retries = `retries ${factor}× faster (4 h → ${lengthOf(4 / retryScale)})`;
  return [`  Short clocks: window ${windowSeconds} s, ${retries}.`, "  Production's: --window 30 --retry-scale 1"];
};

const attemptLines = (
  fact: AttemptFact,
  options: TextOptions,
  paint: (style: Style, text: string) => string,
): readonly string[] => {
  const { batchId, webhookId, attempt, eventTypes, closedBy, windowMs, outcome, status, reason, latencyMs } = fact;
  const isFirst = attempt === 1;
  const left = (at: string | undefined): number | undefined =>
    at === undefined ? undefined : Date.parse(at) - options.now();
  const nextMs = left(fact.nextAttemptAt);
  const expiryMs = left(fact.expiresAt);
  const closed = closedBy === "window" && windowMs !== undefined ? `window ${seconds(windowMs)}` : closedBy;
  const result =
    outcome === "delivered"
      ? paint("green", `✔ ${status ?? ""}`)
      : paint("red", `✖ ${[reason, status].filter((part) => part !== undefined).join(" ")}`);
  // What became of it first: the rest may stand on the next line.
  const parts = [
    `${result} in ${latencyMs < 1_000 ? `${latencyMs} ms` : seconds(latencyMs)}`,
    `attempt ${attempt}`,
    ...(outcome === "failed" && nextMs !== undefined ? [`next in ${seconds(Math.max(0, nextMs))}`] : []),
    ...(outcome === "failed" && expiryMs !== undefined ? [`expires in ${minutes(expiryMs)}`] : []),
    ...(fact.recoveredAfterMs === undefined ? [] : [`recovered after ${seconds(fact.recoveredAfterMs)}`]),
    ...(fact.isDuplicate === true ? ["duplicate: the sink had it"] : []),
    ...(fact.replayId === undefined ? [] : ["replay"]),
    ...(isFirst && eventTypes !== undefined ? [typeCounts(eventTypes)] : []),
    // What a replay sends waited for no window.
    ...(isFirst && closed !== undefined && fact.replayId === undefined ? [`closed by ${closed}`] : []),
  ];
  const id = linked(shortId(batchId), options.batchUrl?.(webhookId, batchId));
  const begins = `${paint("dim", clock(options.now()))}  ${id}  ${eventCount(fact.events)}`;
  return folded([`${begins}  ${parts[0]}`, ...parts.slice(1)], { between: gap, indent: 11, columns: options.columns });
};

/** Text that terminals make a link of; those that cannot, show the text. */
const linked = (text: string, url: string | undefined): string =>
  url === undefined ? text : `\u001B]8;;${url}\u0007${text}\u001B]8;;\u0007`;

interface FoldOptions extends Pick<TextOptions, "columns"> {
  /** What stands between two parts of a line. */
  readonly between: string;
  /** Spaces before what is continued. */
  readonly indent: number;
}

/** Parts on one line for other programs; a terminal breaks none of them at its edge. */
const folded = (
  [first = "", ...others]: readonly string[],
  { between, indent, columns }: FoldOptions,
): readonly string[] => {
  const width = columns?.() ?? Number.POSITIVE_INFINITY;
  const lines: string[] = [];
  let line = first;
  for (const part of others) {
    const longer = `${line}${between}${part}`;
    if (stripVTControlCharacters(longer).length <= width) line = longer;
    else {
      // What is a list, such as that of event types, may itself need several lines.
      const [begin = "", ...rest] = part.split(listed);
      const own = folded([`${" ".repeat(indent)}${begin}`, ...rest], { between: listed, indent, columns });
      lines.push(line, ...own.slice(0, -1));
      line = own.at(-1) ?? "";
    }
  }
  return [...lines, line];
};

const totalsLines = (totals: TotalsFact, { columns }: TextOptions): readonly string[] => {
  const { eventsIn, batches, delivered, retried, expired, duplicates, waiting, unrouted, onTheWay, lost } = totals;
  const parts = [
    `events in ${count(eventsIn)}`,
    `batches ${count(batches)}`,
    `delivered ${count(delivered)}`,
    `retried ${count(retried)}`,
    `expired ${count(expired)}`,
    ...(duplicates === undefined ? [] : [`duplicates ${count(duplicates)}`]),
    ...(waiting === 0 ? [] : [`waiting for an attempt ${count(waiting)}`]),
    ...(unrouted === 0 ? [] : [`wanted by no webhook ${count(unrouted)}`]),
    ...(onTheWay === undefined ? [] : [`still on the way ${count(onTheWay)}`]),
    ...(lost === undefined ? [] : [`lost ${count(lost)}`]),
  ];
  return folded([`Totals  ${parts[0]}`, ...parts.slice(1)], { between: listed, indent: 8, columns });
};
