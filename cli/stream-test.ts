import type { FilterTestResult } from "#shared/contract/api/filter-test.ts";
import { type StreamTestResult, streamTestAnswer } from "#shared/contract/api/stream-test.ts";
import { bytes, count, counted } from "#shared/text/numbers.ts";
import { plain } from "#shared/text/plain.ts";
import { duration, secondMs, utcTime } from "#shared/text/times.ts";
import { type ApiAccess, callApi } from "./api.ts";
import { type ExitCode, exitCodes } from "./errors.ts";
import { printJson } from "./output.ts";
import type { CommandTerminal } from "./terminal.ts";
import { leaveJob, watchJob } from "./watch-job.ts";

const path = "/webhooks/filter-test/stream";
const pathOf = (testId: string): string => `${path}/${encodeURIComponent(testId)}`;

/** Has the API count what a webhook would take of the events on the stream, and watches it. */
export const testStream = async (access: ApiAccess, wanted: object, terminal: CommandTerminal): Promise<ExitCode> => {
  const body = JSON.stringify(wanted);
  const started = await callApi(access, { method: "POST", path, body, answer: streamTestAnswer });
  const watched = await watchJob(terminal, {
    started,
    label: "Reading the stream",
    read: async () => await callApi(access, { method: "GET", path: pathOf(started.id), answer: streamTestAnswer }),
    text: (now) => `${countText(now)}, ${bytes(now.bytes_read)} read`,
  });
  const { current, isOver } = watched;
  if (!isOver) {
    return leaveJob(terminal, watched, { what: "The test", cancel: `tidepost filter test --cancel ${current.id}` });
  }
  if (terminal.json) printJson(terminal, current);
  else printTest(terminal, current);
  return current.state === "finished" ? exitCodes.done : exitCodes.failed;
};

/** Ends a test that runs. */
export const cancelTest = async (access: ApiAccess, testId: string, terminal: CommandTerminal): Promise<ExitCode> => {
  const cancelled = await callApi(access, {
    method: "POST",
    path: `${pathOf(testId)}/cancel`,
    answer: streamTestAnswer,
  });
  if (terminal.json) printJson(terminal, cancelled);
  else terminal.out(`${terminal.paint("green", "✔")} cancelled`);
  return exitCodes.done;
};

const countText = ({ events, matched }: StreamTestResult): string =>
  `would take ${count(matched)} of ${counted(events, "event")}`;

const printTest = (terminal: CommandTerminal, test: StreamTestResult): void => {
  const { estimate, events, from, left_out: leftOut, of_types: ofTypes, read_from: readFrom, to } = test;
  if (test.dry_run) {
    const cost = estimate && `${bytes(estimate.bytes)} in about ${duration(estimate.seconds * secondMs)}`;
    terminal.out(`would read ${cost ?? "nothing"}`);
    return;
  }
  terminal.out(`${countText(test)}${ofTypes === events ? "" : ` (${count(ofTypes)} of its types)`}`);
  printEvents(terminal, test);
  if (leftOut.length > 0) terminal.out("leaves out, for example:");
  for (const event of leftOut) terminal.out(plain(JSON.stringify(event)));
  terminal.note(
    readFrom === undefined
      ? `Not everything from ${utcTime(from)} to ${utcTime(to)} was read: the counts are of a part.`
      : `Everything that arrived from ${utcTime(readFrom)} to ${utcTime(to)} was read.`,
  );
};

/** Prints the first events that a webhook would get, and how many more there are. */
export const printEvents = (
  terminal: CommandTerminal,
  { first, matched }: Pick<FilterTestResult, "first" | "matched">,
): void => {
  for (const event of first) terminal.out(plain(JSON.stringify(event)));
  if (matched > first.length) terminal.out(`… and ${count(matched - first.length)} more`);
};
