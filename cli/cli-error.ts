import * as z from "zod";

/** Exit codes of every command. */
export const exitCodes = { done: 0, failed: 1, usage: 2, unreachable: 3, notAllowed: 4 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One error as the API reports it; errors of the command itself have the same form. */
export const apiError = z.object({
  message: z.string(),
  description: z.string().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  reason: z.string().optional(),
  likely: z.string().optional(),
  fix: z.string().optional(),
  request: z.unknown().optional(),
  response: z.unknown().optional(),
});
export type ApiError = z.output<typeof apiError>;

/** Ends a command with an exit code and what the user is told. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly errors: readonly ApiError[];

  constructor(exitCode: ExitCode, errors: ApiError | readonly ApiError[], options: { readonly cause?: unknown } = {}) {
    const list: readonly ApiError[] = [errors].flat();
    super(list.map(({ message }) => message).join("; "), options);
    this.name = "CliError";
    this.exitCode = exitCode;
    this.errors = list;
  }
}
