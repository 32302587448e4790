import type { FieldName } from "../field-dictionary.ts";

/** Fields of one event by the source that first lists them for this event. */
export interface EventRow {
  readonly onPremises: readonly FieldName[];
  readonly added2016: readonly FieldName[];
  readonly added2021: readonly FieldName[];
  readonly added2026: readonly FieldName[];
}
