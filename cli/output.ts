import { plain, plainJson } from "#shared/text/plain.ts";
import { ago, duration, timeUntil, utcTime } from "#shared/text/times.ts";
import type { CommandTerminal } from "./terminal.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** Prints a value as one JSON document. */
export const printJson = ({ out }: CommandTerminal, value: unknown): void =>
  out(plainJson(JSON.stringify(value, undefined, 2)));

/** Prints a value as one line of JSON, where output streams. */
export const printJsonLine = ({ out }: CommandTerminal, value: unknown): void => out(plainJson(JSON.stringify(value)));

/** Says what has gone wrong in a command that goes on. */
export const tellProblem = ({ error, json }: CommandTerminal, message: string): void =>
  error(json ? JSON.stringify({ errors: [{ message }] }) : message);

/** Prints one JSON document, a list, item by item: what is printed is kept whatever becomes of the command. */
export const jsonList = ({
  out,
}: CommandTerminal): { readonly add: (item: object) => void; readonly end: () => void } => {
  let begin = "[";
  return {
    add: (item) => {
      out(plainJson(`${begin} ${JSON.stringify(item)}`));
      begin = ",";
    },
    end: () => out(begin === "[" ? "[]" : "]"),
  };
};

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Whether it is left out where the others would have too little room; of several, the last one first. */
  readonly isOptional?: boolean;
}

/** Characters between two columns. */
const gap = 2;
/** A column is not cut to less, and its cells end with `…`. */
const minCutWidth = 8;
/** A column that is cut to less makes optional ones go. */
const readableWidth = 16;

/**
 * Lines in columns, each as wide as its widest cell.
 *
 * @param width most characters of a line: columns that are no numbers are cut, the widest first; absent, none is
 */
export const inColumns = (
  rows: readonly (readonly string[])[],
  columns: readonly Pick<Column, "isNumber">[] = [],
  width = Number.POSITIVE_INFINITY,
): readonly string[] => linesOf(rows, columns, cutWidths(rows, columns, width));

const linesOf = (
  rows: readonly (readonly string[])[],
  columns: readonly Pick<Column, "isNumber">[],
  widths: readonly number[],
): readonly string[] =>
  rows.map((row) =>
    row
      .map((cell, index) => {
        const room = widths[index] ?? 0;
        const shown = cell.length > room ? `${beginningOf(cell, room - 1)}…` : cell;
        return columns[index]?.isNumber === true ? shown.padStart(room) : shown.padEnd(room);
      })
      .join(" ".repeat(gap))
      .trimEnd(),
  );

const naturalWidths = (rows: readonly (readonly string[])[]): readonly number[] =>
  (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));

const cutWidths = (
  rows: readonly (readonly string[])[],
  columns: readonly Pick<Column, "isNumber">[],
  width: number,
): readonly number[] => {
  const widths = [...naturalWidths(rows)];
  const total = (): number => widths.reduce((sum, each) => sum + each + gap, -gap);
  while (total() > width) {
    const widest = widths.reduce(
      (best, each, index) => (columns[index]?.isNumber !== true && each > (widths[best] ?? minCutWidth) ? index : best),
      -1,
    );
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
};

/** The columns that are shown: all, unless some may go and another would become too narrow to read. */
export const shownColumns = (
  rows: readonly (readonly string[])[],
  columns: readonly Column[],
  width = Number.POSITIVE_INFINITY,
): readonly number[] => {
  let shown = columns.map((_, index) => index);
  for (;;) {
    const some = rows.map((row) => shown.map((index) => row[index] ?? ""));
    const natural = naturalWidths(some);
    const cuts = cutWidths(
      some,
      shown.map((index) => columns[index] ?? {}),
      width,
    );
    const isTight = cuts.some((room, index) => room < Math.min(natural[index] ?? 0, readableWidth));
    const leaving = shown.findLast((index) => columns[index]?.isOptional === true);
    if (!isTight || leaving === undefined) return shown;
    shown = shown.filter((index) => index !== leaving);
  }
};

/** A time in a table: how long ago it was for a person, exactly for other programs. */
export const timeCell = ({ columns }: Pick<CommandTerminal, "columns">, iso: string): string =>
  columns === undefined ? utcTime(iso) : ago(Date.now() - Date.parse(iso));

/** A time that something ends at, in a table: how far ahead it is, or how long ago it was; exactly for other programs. */
export const endCell = ({ columns }: Pick<CommandTerminal, "columns">, iso: string): string => {
  if (columns === undefined) return utcTime(iso);
  const now = Date.now();
  return Date.parse(iso) > now ? timeUntil(iso, now) : ago(now - Date.parse(iso));
};

/** Says that a list has more rows than were asked for. */
export const tellMore = ({ note }: Pick<CommandTerminal, "note">, limit: number): void =>
  note(`There are more; raise --limit ${limit} to see them.`);

/** Prints rows under their titles, in columns without lines so that other programs can cut them; whole unless a person looks. */
export const printTable = (
  terminal: CommandTerminal,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): void => tablePrinter(terminal, columns)(rows);

/** Prints a table as its rows come, some at a time; the first ones decide how wide the columns are. */
export const tablePrinter = (
  terminal: CommandTerminal,
  columns: readonly Column[],
): ((rows: readonly (readonly string[])[]) => void) => {
  let layout: { readonly shown: readonly number[]; readonly widths: readonly number[] } | undefined;
  return (rows) => {
    const cells = rows.map((row) => columns.map((_, index) => plain(row[index] ?? "")));
    const isFirst = layout === undefined;
    const all = isFirst ? [columns.map(({ title }) => title), ...cells] : cells;
    const shown = layout?.shown ?? shownColumns(all, columns, terminal.columns);
    const columnsShown = shown.map((index) => columns[index] ?? { title: "" });
    const rowsOfShown = all.map((row) => shown.map((index) => row[index] ?? ""));
    const widths = layout?.widths ?? cutWidths(rowsOfShown, columnsShown, terminal.columns ?? Number.POSITIVE_INFINITY);
    layout ??= { shown, widths };
    // Other programs get later cells whole, too.
    const room = terminal.columns === undefined ? mostOf(widths, naturalWidths(rowsOfShown)) : widths;
    for (const line of linesOf(rowsOfShown, columnsShown, room)) terminal.out(line);
  };
};

const mostOf = (one: readonly number[], other: readonly number[]): readonly number[] =>
  one.map((width, index) => Math.max(width, other[index] ?? 0));

/** Prints facts under each other, label first; those without a value are left out. */
export const printFacts = (
  terminal: CommandTerminal,
  facts: readonly (readonly [label: string, value: string | undefined])[],
): void => {
  const shown = facts.filter(([, value]) => value !== undefined);
  const width = Math.max(...shown.map(([label]) => label.length));
  for (const [label, value] of shown)
    terminal.out(`${terminal.paint("dim", label.padEnd(width))}  ${plain(value ?? "")}`.trimEnd());
};

const barCharacters = 24;
/** Shorter work needs no bar. */
const shownAfterMs = 500;

/** Shows on standard error how far long work is, where somebody sees it. */
export interface Progress {
  /** `share` is from 0 to 1. */
  readonly show: (share: number, text: string) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

export const progressOf = ({ status }: Pick<CommandTerminal, "status">, label: string): Progress => {
  const startedAt = performance.now();
  return {
    show: (share, text) => {
      const passedMs = performance.now() - startedAt;
      if (passedMs < shownAfterMs) return;
      const left = share > 0.02 && share < 1 ? `   ${duration((passedMs / share) * (1 - share))} left` : "";
      status?.(`${label}  ${bar(share)} ${Math.floor(share * 100)} %   ${text}${left}`);
    },
    end: () => status?.(""),
  };
};

const bar = (share: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barCharacters);
  return `${"█".repeat(full)}${"░".repeat(barCharacters - full)}`;
};
