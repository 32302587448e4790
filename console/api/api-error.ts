import type { TargetResponse } from "#shared/contract/api/probe.ts";

/** One entry of an answer's `errors`. */
export interface ApiProblem {
  readonly message: string;
  readonly description?: string;
  readonly code?: string | number;
  /** A failure reason, when a target was called. */
  readonly reason?: string;
  readonly likely?: string;
  readonly fix?: string;
  /** What a target answered that was called. */
  readonly response?: Partial<TargetResponse>;
}

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
