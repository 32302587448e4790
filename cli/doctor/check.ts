/** How a check of `tidepost doctor` ended: a warning does not fail the command. */
export type CheckState = "ok" | "warning" | "failed";

/** One line of `tidepost doctor`. */
export interface Check {
  /** What was looked at, in a word or two: `node`, `clock skew`. */
  readonly name: string;
  readonly state: CheckState;
  /** What was found. */
  readonly detail: string;
  /** What to do about it, best a command; absent when all is well. */
  readonly fix?: string;
}
