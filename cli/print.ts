import { Table } from "console-table-printer";
import type { CommandTerminal } from "./run-command.ts";
import { plain } from "#shared/text/plain.ts";

/** Prints a value as one JSON document. */
export const printJson = ({ out }: CommandTerminal, value: unknown): void => out(JSON.stringify(value, undefined, 2));

/** Prints a value as one line of JSON, where output streams. */
export const printJsonLine = ({ out }: CommandTerminal, value: unknown): void => out(JSON.stringify(value));

const none = { left: "", right: "", mid: "", other: "" };
const blank = { headerTop: none, headerBottom: none, tableBottom: none, rowSeparator: none, vertical: " " };

export interface Column {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** Prints rows under their titles, in columns without lines so that other programs can cut them. */
export const printTable = (
  terminal: CommandTerminal,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): void => {
  const table = new Table({
    style: blank,
    columns: columns.map(({ title, isNumber = false }) => ({ name: title, alignment: isNumber ? "right" : "left" })),
    shouldDisableColors: terminal.hasColour !== true,
  });
  for (const row of rows) {
    table.addRow(Object.fromEntries(columns.map(({ title }, index) => [title, plain(row[index] ?? "")])));
  }
  for (const line of table.render().split("\n"))
    if (line.trim() !== "") terminal.out(line.replace(/^ +/, "").trimEnd());
};

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
