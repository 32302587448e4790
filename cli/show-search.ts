import type { EventAtWebhook, EventSearch, FoundBatch, FoundEvent } from "#shared/contract/api/search.ts";
import { missingText, noWebhookText } from "#shared/text/missing.ts";
import { counted } from "#shared/text/numbers.ts";
import { utcTime } from "#shared/text/times.ts";
import { printFacts, printTable } from "./output.ts";
import type { CommandTerminal } from "./terminal.ts";

const columns = [
  { title: "WEBHOOK" },
  { title: "BATCH" },
  { title: "STATE" },
  { title: "ATTEMPTS", isNumber: true },
  { title: "ANSWER" },
] as const;

/** Prints what a search has found, and which time it has read whole. */
export const printSearch = (terminal: CommandTerminal, search: EventSearch): void => {
  for (const match of search.matches) {
    printMatch(terminal, match);
    terminal.out("");
  }
  terminal.note(rangeText(search));
};

/** What the matches of a search are worth. */
const rangeText = ({
  from,
  matches,
  read_from: readFrom,
  retention_cut: isCut,
  to,
  truncated,
}: EventSearch): string => {
  const found = matches.length === 0 ? "Nothing was found" : `${counted(matches.length, "event")} found`;
  if (truncated) return `${found}. There are more: narrow the search down.`;
  if (readFrom === undefined)
    return `${found}. The search did not read everything from ${utcTime(from)} to ${utcTime(to)}.`;
  const kept = isCut || readFrom > from ? " What came earlier is past the stream's retention." : "";
  return `${found}. Everything that arrived from ${utcTime(readFrom)} to ${utcTime(to)} was read.${kept}`;
};

const printMatch = (terminal: CommandTerminal, match: FoundEvent): void => {
  printFacts(terminal, [
    ["event", match.event_id === undefined ? match.type : `${match.type} ${match.event_id}`],
    ["recipient", match.recipient],
    ["message", match.message_id],
    ["transmission", match.transmission_id],
    ["campaign", match.campaign_id],
    ["arrived", utcTime(match.arrived_at)],
  ]);
  if (match.webhooks.length === 0) {
    terminal.out(match.looked_up ? noWebhookText(match) : "its batches have not been looked up");
    return;
  }
  printTable(terminal, columns, match.webhooks.flatMap(rowsOf));
  const isWaiting = match.webhooks.some(({ missing }) => missing === "no_batch_yet");
  if (isWaiting && match.looked_up_at !== undefined) terminal.out(`as of ${utcTime(match.looked_up_at)}`);
  const more = (match.webhooks_total ?? 0) - match.webhooks.length;
  if (more > 0) terminal.out(`and ${counted(more, "more webhook")}`);
};

const rowsOf = (found: EventAtWebhook): readonly (readonly string[])[] => {
  const { batches, exact, missing, name, truncated: isCut = false, webhook_id: id } = found;
  const shown = name ?? id;
  const more = isCut ? [[shown, "perhaps others", "", "", ""]] : [];
  if (batches.length === 0) return [[shown, "-", missingText(missing), "", ""], ...more];
  const named = batches.map((batch) => [
    shown,
    exact ? batch.batch_id : `${batch.batch_id} (or another of these)`,
    batch.state ?? "its record has ended",
    String(batch.attempts ?? ""),
    answerText(batch),
  ]);
  return [...named, ...more];
};

const answerText = ({ response_code: status, reason, last_attempt_at: at }: FoundBatch): string => {
  if (at === undefined) return "";
  return `${status ?? reason ?? ""} at ${utcTime(at)}`;
};
