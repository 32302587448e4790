import { setTimeout as delay } from "node:timers/promises";
import pLimit from "p-limit";
import { shortId } from "#shared/text/ids.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { plain } from "#shared/text/plain.ts";
import { type ApiError, CliError, type ExitCode, exitCodes } from "../errors.ts";
import { printJson, progressOf } from "../output.ts";
import type { CommandTerminal } from "../terminal.ts";

/** A webhook that something is done to, with others. */
export interface BulkSubject {
  readonly id: string;
  readonly name: string;
}

/** Something that is done to webhooks, and how it is told. */
export interface BulkRun<Value extends object, Subject extends BulkSubject = BulkSubject> {
  readonly terminal: CommandTerminal;
  /** On progress: `Pausing`. */
  readonly label: string;
  /** What is said of one for which it was done: `paused`. */
  readonly done: string;
  readonly subjects: readonly Subject[];
  readonly perform: (subject: Subject) => Promise<Value>;
  /** What is said of one besides, such as a secret that is shown this once. */
  readonly extra?: (value: Value) => string;
  /** Whether it may be done again when nobody knows whether it was done. */
  readonly isRepeatable: boolean;
  /** Whether only failures are told. */
  readonly isQuiet: boolean;
  /** Whether success is told all the same. */
  readonly isAlwaysTold?: boolean;
}

/** How it ended for one webhook. */
type Outcome<Value, Subject> =
  | { readonly kind: "done"; readonly subject: Subject; readonly value: Value }
  | { readonly kind: "failed"; readonly subject: Subject; readonly error: CliError }
  | { readonly kind: "left"; readonly subject: Subject };

/** Requests at a time: the API is there for others, too. */
const concurrency = 6;
const pausesMs = [1_000, 3_000, 9_000];
const tooMany = 429;

/**
 * Does something to webhooks, a few at a time, each whatever became of the others, and tells of each as it ends. A refused key,
 * or Ctrl-C, leaves those alone that were not begun.
 */
export const performAll = async <Value extends object, Subject extends BulkSubject>(
  run: BulkRun<Value, Subject>,
): Promise<{ readonly outcomes: readonly Outcome<Value, Subject>[]; readonly wasRefused: boolean }> => {
  const { terminal, subjects, label } = run;
  const signal = terminal.interrupted?.();
  const progress = progressOf(terminal, label);
  const limit = pLimit(concurrency);
  let wasRefused = false;
  let ended = 0;
  const work = async (subject: Subject): Promise<Outcome<Value, Subject>> => {
    if (wasRefused || signal?.aborted === true) return { kind: "left", subject };
    const outcome = await outcomeOf(run, subject, signal);
    if (outcome.kind === "failed" && outcome.error.exitCode === exitCodes.notAllowed) wasRefused = true;
    ended += 1;
    progress.end();
    tellOutcome(run, outcome);
    progress.show(ended / subjects.length, `${count(ended)} of ${count(subjects.length)}`);
    return outcome;
  };
  const outcomes = await Promise.all(subjects.map(async (subject) => await limit(() => work(subject))));
  progress.end();
  return { outcomes, wasRefused };
};

/** Does something to webhooks and tells the sum. Ends with 1 when it was not done to all, and with 4 when the key may not. */
export const runBulk = async <Value extends object, Subject extends BulkSubject>(
  run: BulkRun<Value, Subject>,
): Promise<ExitCode> => {
  const { terminal, subjects, done } = run;
  const { outcomes, wasRefused } = await performAll(run);
  const numbers = { done: 0, failed: 0, left: 0 };
  for (const { kind } of outcomes) numbers[kind] += 1;
  if (terminal.json) printJson(terminal, outcomes.map(jsonOf));
  if (numbers.left > 0 && !terminal.json) {
    terminal.error(`${counted(numbers.left, "webhook")} not tried: they are as they were.`);
  }
  terminal.note(`${count(numbers.done)} of ${counted(subjects.length, "webhook")} ${done}.`);
  if (wasRefused) return exitCodes.notAllowed;
  return numbers.done === subjects.length ? exitCodes.done : exitCodes.failed;
};

const outcomeOf = async <Value extends object, Subject extends BulkSubject>(
  run: BulkRun<Value, Subject>,
  subject: Subject,
  signal: AbortSignal | undefined,
): Promise<Outcome<Value, Subject>> => {
  try {
    return { kind: "done", subject, value: await attempt(run, subject, signal) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { kind: "failed", subject, error };
  }
};

/** Tries again what may pass: too many requests, and, where that does no harm, faults of network and server. */
const attempt = async <Value extends object, Subject extends BulkSubject>(
  { perform, isRepeatable }: BulkRun<Value, Subject>,
  subject: Subject,
  signal: AbortSignal | undefined,
): Promise<Value> => {
  for (const pauseMs of pausesMs) {
    try {
      return await perform(subject);
    } catch (error) {
      if (!(error instanceof CliError) || signal?.aborted === true) throw error;
      const { status = 0, exitCode } = error;
      const mayPass = exitCode === exitCodes.unreachable || status >= 500;
      if (status !== tooMany && !(isRepeatable && mayPass)) throw error;
      await delay(pauseMs);
    }
  }
  return await perform(subject);
};

const nameOf = ({ name, id }: BulkSubject): string => `${plain(name)} (${shortId(id)})`;

const tellOutcome = <Value extends object, Subject extends BulkSubject>(
  { terminal, done, extra, isQuiet, isAlwaysTold = false }: BulkRun<Value, Subject>,
  outcome: Outcome<Value, Subject>,
): void => {
  if (terminal.json || outcome.kind === "left") return;
  if (outcome.kind === "failed") {
    const [{ message, description, fix = description }] = outcome.error.errors as readonly [ApiError];
    terminal.error(`✖ ${nameOf(outcome.subject)}: ${plain(message)}${fix === undefined ? "" : `. ${plain(fix)}`}`);
    return;
  }
  if (isQuiet && !isAlwaysTold) return;
  const more = extra?.(outcome.value);
  terminal.out(
    `${terminal.paint("green", "✔")} ${done} ${nameOf(outcome.subject)}${more === undefined ? "" : `   ${more}`}`,
  );
};

/** How it ended for one webhook, as it is printed with `--json`. */
export const jsonOf = (outcome: Outcome<object, BulkSubject>): object => {
  const { id, name } = outcome.subject;
  switch (outcome.kind) {
    case "done":
      return { id, name, outcome: "done", ...outcome.value };
    case "failed":
      return { id, name, outcome: "failed", errors: outcome.error.errors };
    case "left":
      return { id, name, outcome: "not_tried" };
  }
};
