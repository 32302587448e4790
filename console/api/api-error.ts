import type { Answer } from "#shared/contract/api/common.ts";
import type { errorBody } from "#shared/contract/api/error-answer.ts";
import type { TargetResponse } from "#shared/contract/api/probe.ts";

/** One entry of an answer's `errors`, or a problem that the console has found itself. */
export type ApiProblem = Omit<Answer<typeof errorBody>, "response"> & {
  /** What the failure usually means. */
  readonly likely?: string;
  /** What a target answered that was called. */
  readonly response?: Partial<TargetResponse>;
};

interface Facts {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly problems: readonly [ApiProblem, ...ApiProblem[]];
  readonly requestId?: string | undefined;
}

/** A request that did not succeed, with all that the API said about it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly problems: readonly [ApiProblem, ...ApiProblem[]];
  readonly requestId: string | undefined;

  constructor({ status, problems, requestId }: Facts, options?: ErrorOptions) {
    super(problems[0].message, options);
    this.status = status;
    this.problems = problems;
    this.requestId = requestId;
  }
}

/** Any caught value as an error that can be shown. */
export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError
    ? error
    : new ApiError({ status: 0, problems: [{ message: error instanceof Error ? error.message : String(error) }] });
