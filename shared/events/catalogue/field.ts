/** What first had the field: the on-premises product, the cloud documentation of that year, or Tidepost. */
type FieldOrigin = "on_premises" | "2016" | "2021" | "2026" | "tidepost";

interface FieldInfo {
  readonly description: string;
  readonly origin: FieldOrigin;
  /** Set on fields that cloud events never carry. */
  readonly onPremisesOnly?: true;
}

/** A field of delivered events, with a sample of the JSON type that it is delivered in. */
export type EventField = FieldInfo &
  (
    | { readonly type: "string"; readonly sampleValue: string }
    | { readonly type: "number"; readonly sampleValue: number }
    | { readonly type: "boolean"; readonly sampleValue: boolean }
    | { readonly type: "array"; readonly sampleValue: readonly JsonValue[] }
    | { readonly type: "object"; readonly sampleValue: JsonObject }
  );

/** A group of fields by name. */
export type EventFields = Readonly<Record<string, EventField>>;

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: JsonValue;
}
