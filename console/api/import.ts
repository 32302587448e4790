import type { ApiProblem } from "./api-error.ts";

/** How one field of a webhook changes. Secrets are masked. */
export type FieldChange =
  | {
      readonly field: "name" | "target" | "events_mode" | "auth_token";
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly field: "custom_headers" | "events";
      readonly added: readonly string[];
      readonly changed?: readonly string[];
      readonly removed: readonly string[];
    };

/** What an import does, or has done, about an entry of the file or a webhook without an entry. */
export interface ImportRow {
  readonly action: "add" | "change" | "same" | "remove" | "only_registered";
  readonly entry?: number;
  readonly id?: string;
  readonly name: string;
  readonly target: string;
  readonly events?: readonly string[];
  readonly auth_token?: string;
  readonly changes?: readonly FieldChange[];
  readonly outcome?: "applied" | "unchanged" | "failed" | "not_tried";
  readonly errors?: readonly ApiProblem[];
}

/** Answer of `POST /webhooks/import`. */
export interface ImportResult {
  readonly applied: boolean;
  readonly entries: number;
  readonly registered: number;
  readonly plan: readonly ImportRow[];
}
