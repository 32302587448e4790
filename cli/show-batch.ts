import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { expiryText } from "#shared/text/expiry.ts";
import { bytes, count } from "#shared/text/numbers.ts";
import { plain } from "#shared/text/plain.ts";
import { timeUntil, utcTime } from "#shared/text/times.ts";
import { printFacts } from "./output.ts";
import type { CommandTerminal } from "./terminal.ts";
import { closedText, outcomeText, phasesText, typesText } from "./text.ts";

/** Prints a batch and its attempts. */
export const printBatch = (terminal: CommandTerminal, batch: BatchWithAttempts): void => {
  const { ended_at: endedAt, next_attempt_at: next, split_into: parts, kept_until: keptUntil } = batch;
  const isOpen = endedAt === undefined;
  const types = typesText(batch.event_types);
  const closed = closedText(batch);
  printFacts(terminal, [
    ["batch", batch.batch_id],
    ["state", batch.state === "expired" ? `expired: ${expiryText(batch.expired_for)}` : batch.state],
    ["holds", batch.uncut === true ? "what is left of a window, to go out in several batches" : undefined],
    ["events", `${count(batch.events)} in ${bytes(batch.bytes)}`],
    ["types", types === "" ? undefined : types],
    ["created", utcTime(batch.created_at)],
    ["closed", closed === "" ? undefined : closed.replace(/^closed /, "")],
    ["next attempt", isOpen && next !== undefined ? timeUntil(next, Date.now()) : undefined],
    ["expires", isOpen ? timeUntil(batch.expires_at, Date.now()) : undefined],
    ["ended", isOpen ? undefined : utcTime(endedAt)],
    ["split into", parts?.join(" ")],
    [
      "body",
      batch.body_available === undefined
        ? undefined
        : batch.body_available
          ? `kept${keptUntil === undefined ? "" : ` until ${utcTime(keptUntil)}`}: --payload prints it`
          : "not kept any more",
    ],
  ]);
  for (const attempt of batch.attempts) {
    terminal.out("");
    const name = attempt.again === true ? `attempt ${attempt.n}, sent again` : `attempt ${attempt.n}`;
    terminal.out(`${name}  ${utcTime(attempt.started_at)}  ${outcomeText(attempt, terminal.paint)}`);
    printFacts(terminal, [
      ["  phases", phasesText(attempt.timings)],
      [
        "  got",
        attempt.response_excerpt === undefined || attempt.response_excerpt === ""
          ? undefined
          : plain(attempt.response_excerpt),
      ],
      ["  likely", attempt.likely],
      ["  fix", attempt.fix],
    ]);
  }
};
