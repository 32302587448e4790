import * as z from "zod";
import type { Answer } from "#shared/contract/api/common.ts";
import type { errorBody } from "#shared/contract/api/error-answer.ts";
import type { ProbeResult } from "#shared/contract/api/probe.ts";
import { plain } from "#shared/text/plain.ts";
import { beginningOf } from "#shared/text/cut.ts";

/** Exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unreachable: 3, notAllowed: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One error as the API reports it; errors of the command itself have the same form. */
export type ApiError = Omit<Answer<typeof errorBody>, "response"> & {
  /** What the failure usually means. */
  readonly likely?: string;
  /** What a called URL answered, as far as it did. */
  readonly response?: NonNullable<ProbeResult["token_response"]>;
};

/** Ends a command with an exit code and what the user is told. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly errors: readonly ApiError[];
  /** Status of the API's answer; absent where there was none. */
  readonly status: number | undefined;
  /** How long the API asks to wait before the next request; absent where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(
    exitCode: ExitCode,
    errors: ApiError | readonly ApiError[],
    options: { readonly cause?: unknown; readonly status?: number; readonly retryAfterMs?: number | undefined } = {},
  ) {
    const list: readonly ApiError[] = [errors].flat();
    super(list.map(({ message }) => message).join("; "), options);
    this.name = "CliError";
    this.exitCode = exitCode;
    this.errors = list;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The command was not called as it must be. */
export const usageError = (message: string, fix: string): CliError => new CliError(exitCodes.usage, { message, fix });

const maxExcerptCharacters = 200;

const request = z.object({ method: z.string().default("POST"), url: z.string(), body: z.unknown().optional() });

/** An error as all of Tidepost shows it: what happened, what was sent, what came back, what to do. */
export const errorLines = (error: ApiError): readonly string[] => {
  const facts = [
    ["sent", sentText(error.request)],
    ["got", gotText(error.response ?? {})],
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

const gotText = ({ status, headers = {}, body }: NonNullable<ApiError["response"]>): string | undefined =>
  status === undefined
    ? undefined
    : [String(status), headers["content-type"] ?? "", excerpt(body)].filter((part) => part !== "").join(" ");

const excerpt = (body: unknown): string => {
  if (body === undefined || body === null || body === "") return "";
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return text.length > maxExcerptCharacters ? `${beginningOf(text, maxExcerptCharacters)}…` : text;
};
