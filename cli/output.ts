import * as z from "zod";
import { type ApiError, type CliError, exitCodes } from "./cli-error.ts";
import { plain } from "#shared/text/plain.ts";

const maxExcerptCharacters = 200;

/** Lines in columns, each as wide as its widest cell. */
export const inColumns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
};

const request = z.object({ method: z.string().default("POST"), url: z.string(), body: z.unknown().optional() });
const response = z.object({
  status: z.number(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
});

/** An error as all of Tidepost shows it: what happened, what was sent, what came back, what to do. */
export const errorLines = (error: ApiError): readonly string[] => {
  const facts = [
    ["sent", sentText(error.request)],
    ["got", gotText(error.response)],
    ["detail", error.description],
    ["likely", error.likely],
    ["fix", error.fix],
    ["code", error.reason ?? error.code],
  ] as const;
  return [
    `✖ ${plain(error.message)}`,
    ...facts.flatMap(([label, value]) => (value === undefined ? [] : [`  ${label.padEnd(7)} ${plain(String(value))}`])),
  ];
};

/** What is told of a failed command on standard error. */
export const failureText = (error: CliError, json: boolean): string =>
  json
    ? JSON.stringify({ errors: error.errors }, undefined, 2)
    : error.errors.flatMap((item) => errorLines(item)).join("\n") +
      (error.exitCode === exitCodes.usage ? "\n  Add --help for the options." : "");

const sentText = (value: unknown): string | undefined => {
  const sent = request.safeParse(value);
  return sent.success ? `${sent.data.method} ${sent.data.url}   ${excerpt(sent.data.body)}` : undefined;
};

const gotText = (value: unknown): string | undefined => {
  const got = response.safeParse(value);
  if (!got.success) return undefined;
  const { status, headers, body } = got.data;
  return [String(status), headers["content-type"] ?? "", excerpt(body)].filter((part) => part !== "").join(" ");
};

const excerpt = (body: unknown): string => {
  if (body === undefined || body === null || body === "") return "";
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return text.length > maxExcerptCharacters ? `${text.slice(0, maxExcerptCharacters)}…` : text;
};
