import type { Schemas } from "./paths.ts";

/** An answer outside 2xx. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status. */
  readonly status: number;
  /** What was wrong, one entry for each problem; empty when the answer is not Tidepost's own. */
  readonly errors: readonly Schemas["Error"][];

  constructor(status: number, answer: unknown) {
    const { errors = [] } = (answer ?? {}) as { readonly errors?: readonly Schemas["Error"][] };
    super(errors.map(({ message }) => message).join("; ") || `The API answered ${status}`);
    this.status = status;
    this.errors = errors;
  }
}
