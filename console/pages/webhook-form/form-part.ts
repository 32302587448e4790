import type { ReactNode } from "react";
import type { FormProblems } from "./form-problems.ts";
import type { FormValues } from "./form-values.ts";

/** What every group of the form's fields gets. */
export interface FormPartProps {
  readonly values: FormValues;
  /** The webhook as it is stored; the empty form for a new one. */
  readonly before: FormValues;
  readonly problems: FormProblems;
  readonly change: (part: Partial<FormValues>) => void;
  /** Below the switch for signing: the secret that a stored webhook signs with. */
  readonly signingSecret?: ReactNode;
}

/** Id of a field's control, to which the focus moves when the field has a problem. */
export const controlId = (field: string): string => `webhook-${field}`;
