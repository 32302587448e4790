import pLimit from "p-limit";
import { shortId } from "#shared/text/ids.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { plain } from "#shared/text/plain.ts";
import { type ApiError, CliError, type ExitCode, exitCodes } from "../errors.ts";
import { jsonList, progressOf } from "../output.ts";
import { type CommandTerminal, pauseBetween, unforeseen } from "../terminal.ts";

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
/** So many in a row that the API did not take, each tried again and again: it is away, and the others would meet the same. */
const maxAwayInARow = concurrency;

/** What became of webhooks. */
interface Ended<Value, Subject> {
  readonly outcomes: readonly Outcome<Value, Subject>[];
  /** How the command is to end, where what one met would be met by all others, too: a refused key, or an API that is away. */
  readonly stoppedBy: ExitCode | undefined;
}

/**
 * Does something to webhooks, a few at a time, each whatever became of the others, and tells of each as it ends. A refused key,
 * an API that is away, or Ctrl-C, leaves those alone that were not begun.
 *
 * @param onOutcome called for each webhook as soon as it has ended, or is left alone
 */
export const performAll = async <Value extends object, Subject extends BulkSubject>(
  run: BulkRun<Value, Subject>,
  onOutcome: (outcome: Outcome<Value, Subject>) => void = () => undefined,
): Promise<Ended<Value, Subject>> => {
  const { terminal, subjects, label } = run;
  const stop = new AbortController();
  const interrupted = terminal.interrupted?.();
  const signal = AbortSignal.any([stop.signal, ...(interrupted === undefined ? [] : [interrupted])]);
  const progress = progressOf(terminal, label);
  const limit = pLimit(concurrency);
  const pace = paceOf(signal);
  let stoppedBy: ExitCode | undefined;
  let awayInARow = 0;
  let ended = 0;
  const judge = (outcome: Outcome<Value, Subject>): void => {
    const error = outcome.kind === "failed" ? outcome.error : undefined;
    awayInARow = error !== undefined && isAway(error) ? awayInARow + 1 : 0;
    if (error === undefined || stoppedBy !== undefined) return;
    if (error.exitCode !== exitCodes.notAllowed && awayInARow < maxAwayInARow) return;
    stoppedBy = error.exitCode;
    stop.abort();
  };
  const work = async (subject: Subject): Promise<Outcome<Value, Subject>> => {
    await pace.free();
    if (signal.aborted) {
      const left = { kind: "left", subject } as const;
      onOutcome(left);
      return left;
    }
    const outcome = await outcomeOf(run, subject, { signal, pace });
    judge(outcome);
    ended += 1;
    progress.end();
    tellOutcome(run, outcome);
    onOutcome(outcome);
    progress.show(ended / subjects.length, `${count(ended)} of ${count(subjects.length)}`);
    return outcome;
  };
  const outcomes = await Promise.all(subjects.map(async (subject) => await limit(() => work(subject))));
  progress.end();
  return { outcomes, stoppedBy };
};

/** Whether the API was not reached, or was but could not work. */
const isAway = ({ exitCode, status = 0 }: CliError): boolean => exitCode === exitCodes.unreachable || status >= 500;

/** Lets all requests of a run wait together: when one is too many, the others are, too. */
interface Pace {
  readonly hold: (ms: number) => void;
  /** Waits until requests may go on, or the run is over. */
  readonly free: () => Promise<void>;
}

const paceOf = (signal: AbortSignal): Pace => {
  let heldUntil = 0;
  return {
    hold: (ms) => {
      heldUntil = Math.max(heldUntil, performance.now() + ms);
    },
    free: async () => {
      for (;;) {
        const ms = heldUntil - performance.now();
        if (ms <= 0 || (await pauseBetween(ms, signal))) return;
      }
    },
  };
};

/** Does something to webhooks and tells the sum. Ends with 1 when it was not done to all, with 3 when the API is away, and with 4 when the key may not. */
export const runBulk = async <Value extends object, Subject extends BulkSubject>(
  run: BulkRun<Value, Subject>,
): Promise<ExitCode> => {
  const { terminal, subjects, done } = run;
  const list = terminal.json ? jsonList(terminal) : undefined;
  const { outcomes, stoppedBy } = await performAll(run, (outcome) => list?.add(jsonOf(outcome)));
  list?.end();
  const numbers = { done: 0, failed: 0, left: 0 };
  for (const { kind } of outcomes) numbers[kind] += 1;
  if (numbers.left > 0 && !terminal.json) {
    terminal.error(`${counted(numbers.left, "webhook")} not tried: they are as they were.`);
  }
  terminal.note(`${count(numbers.done)} of ${counted(subjects.length, "webhook")} ${done}.`);
  if (stoppedBy !== undefined) return stoppedBy;
  return numbers.done === subjects.length ? exitCodes.done : exitCodes.failed;
};

interface Attempts {
  /** Aborted when the run is over. */
  readonly signal: AbortSignal;
  readonly pace: Pace;
}

const outcomeOf = async <Value extends object, Subject extends BulkSubject>(
  run: BulkRun<Value, Subject>,
  subject: Subject,
  attempts: Attempts,
): Promise<Outcome<Value, Subject>> => {
  try {
    return { kind: "done", subject, value: await attempt(run, subject, attempts) };
  } catch (error) {
    // Whatever it is: the others have outcomes that must be told.
    return { kind: "failed", subject, error: error instanceof CliError ? error : unforeseen(error) };
  }
};

/** Tries again what may pass: too many requests, and, where that does no harm, faults of network and server. */
const attempt = async <Value extends object, Subject extends BulkSubject>(
  { perform, isRepeatable }: BulkRun<Value, Subject>,
  subject: Subject,
  { signal, pace }: Attempts,
): Promise<Value> => {
  for (const pauseMs of pausesMs) {
    try {
      return await perform(subject);
    } catch (error) {
      if (!(error instanceof CliError) || signal.aborted) throw error;
      if (error.status === tooMany) pace.hold(error.retryAfterMs ?? pauseMs);
      else if (isRepeatable && isAway(error)) await pauseBetween(pauseMs, signal);
      else throw error;
      await pace.free();
      if (signal.aborted) throw error;
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
