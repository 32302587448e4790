import { type BulkOutcome, type BulkSubject, runBulk as runAll } from "#shared/bulk/run-bulk.ts";
import { shortId } from "#shared/text/ids.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { plain } from "#shared/text/plain.ts";
import { type ApiError, CliError, type ExitCode, exitCodes } from "../errors.ts";
import { jsonList, progressOf } from "../output.ts";
import { type CommandTerminal, unforeseen } from "../terminal.ts";

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
  /** What is known already of further webhooks; it stands first with `--json`. */
  readonly known?: readonly Outcome<object, BulkSubject>[];
}

/** How it ended for one webhook, with what its user is told of a failure. */
type Outcome<Value, Subject> =
  | Exclude<BulkOutcome<Value, Subject>, { readonly kind: "failed" }>
  | { readonly kind: "failed"; readonly subject: Subject; readonly error: CliError };

/** What became of webhooks. */
interface Ended<Value, Subject> {
  /** In the order of the webhooks. */
  readonly outcomes: readonly Outcome<Value, Subject>[];
  /** How the command is to end, where what one met would be met by all others, too: a refused key, or an API that is away. */
  readonly stoppedBy: ExitCode | undefined;
}

/**
 * Does something to webhooks and tells of each as it ends. A refused key, an API that is away, or Ctrl-C, leaves those alone
 * that were not begun.
 *
 * @param onOutcome called for each webhook as soon as it has ended, or is left alone
 */
export const performAll = async <Value extends object, Subject extends BulkSubject>(
  run: BulkRun<Value, Subject>,
  onOutcome: (outcome: Outcome<Value, Subject>) => void = () => undefined,
): Promise<Ended<Value, Subject>> => {
  const { terminal, subjects, label, perform, isRepeatable } = run;
  const progress = progressOf(terminal, label);
  const outcomes = new Map<Subject, Outcome<Value, Subject>>();
  const stoppedBy = await runAll({
    subjects,
    perform,
    isRepeatable,
    faultOf: (error) => faultOf(asCliError(error)),
    signal: terminal.interrupted?.(),
    onOutcome: (ended) => {
      const outcome = ended.kind === "failed" ? { ...ended, error: asCliError(ended.error) } : ended;
      outcomes.set(outcome.subject, outcome);
      if (outcome.kind !== "left") {
        progress.end();
        tellOutcome(run, outcome);
        progress.show(outcomes.size / subjects.length, `${count(outcomes.size)} of ${count(subjects.length)}`);
      }
      onOutcome(outcome);
    },
  });
  progress.end();
  return {
    outcomes: subjects.flatMap((subject) => outcomes.get(subject) ?? []),
    stoppedBy: stoppedBy === undefined ? undefined : asCliError(stoppedBy).exitCode,
  };
};

const asCliError = (error: unknown): CliError => (error instanceof CliError ? error : unforeseen(error));

/** What stands before the API refuses without an answer of the API's, whose status is not kept. */
const faultOf = ({ exitCode, status, retryAfterMs }: CliError) => ({
  status: exitCode === exitCodes.unreachable ? 0 : exitCode === exitCodes.notAllowed ? 403 : status,
  retryAfterMs,
});

/** Does something to webhooks and tells the sum. Ends with 1 when it was not done to all, with 3 when the API is away, and with 4 when the key may not. */
export const runBulk = async <Value extends object, Subject extends BulkSubject>(
  run: BulkRun<Value, Subject>,
): Promise<ExitCode> => {
  const { terminal, subjects, done, known = [] } = run;
  const list = terminal.json ? jsonList(terminal) : undefined;
  for (const outcome of known) list?.add(jsonOf(outcome));
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
