import type { FailureReason } from "#shared/domain/failure-reason.ts";

/** A connection that could not be made, with the reason that the failed step gives it. */
export class ConnectError extends Error {
  readonly reason: FailureReason;
  readonly code: string;

  constructor(reason: FailureReason, code: string, options?: ErrorOptions) {
    super(`${reason}: ${code}`, options);
    this.name = "ConnectError";
    this.reason = reason;
    this.code = code;
  }
}
