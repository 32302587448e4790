import type * as z from "zod";
import type { ApiErrorName } from "#shared/contract/api/errors.ts";

/** Groups of operations, in the order of the documentation. */
export const tags = {
  Webhooks: "Register the URLs that receive events, and change, test and import them.",
  Batches: "What happened to the batches of a webhook, attempt by attempt.",
  Replays: "Deliver past events again.",
  Search: "Find an event, and what became of it at each webhook.",
  Events: "The event types with their fields, and a sample of each.",
  Ingest: "Send events for delivery.",
  "API keys": "Issue, change and revoke the keys of this API.",
  Portal: "Open the console, for a while, to people who have no API key.",
  Account: "The key that a request is made with.",
  Documentation: "This description in machine-readable form.",
} as const;

/** When an operation answers with an error, by the error's name: a sentence, or `true` for the one of the error itself. */
export type OperationErrors = Readonly<Partial<Record<ApiErrorName, string | true>>>;

/** What the OpenAPI document says of a route, besides what the route table knows. */
export interface Operation {
  /** Name that generated clients give the method. */
  readonly id: string;
  readonly tag: keyof typeof tags;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: {
    readonly path?: z.ZodObject;
    readonly query?: z.ZodObject;
    readonly header?: z.ZodObject;
  };
  readonly request?: {
    /** By media type. */
    readonly content: Readonly<Record<string, Content>>;
    readonly isOptional?: boolean;
  };
  /** Example of the answer's body; absent when it has none. */
  readonly answer?: unknown;
  /** Besides those that every operation may answer. */
  readonly errors: OperationErrors;
}

// A type and no interface, which would not fit where extensions (`x-…`) are allowed.
type Content = { readonly schema: z.ZodType; readonly example: unknown };

/** A request's body that is JSON. */
export const jsonBody = (schema: z.ZodType, value: unknown): Readonly<Record<string, Content>> => ({
  "application/json": { schema, example: value },
});

// Errors that many operations have in common.

/** Of operations that read a JSON body. */
export const json = { badJson: true, largeBody: true, notUtf8: true, notJson: true } as const satisfies OperationErrors;

/** Of operations about one webhook or several. */
export const subaccounts = { badSubaccount: true } as const satisfies OperationErrors;
export const oneWebhook = { ...subaccounts, notFound: true } as const satisfies OperationErrors;

/** Of operations that check the fields of a body. */
export const fields = { invalid: true, missing: true } as const satisfies OperationErrors;

/** Of operations that take the settings of a webhook. */
export const settings = {
  ...fields,
  contradictory: true,
  reservedHeader: true,
  manyHeaders: true,
  largeHeaders: true,
} as const satisfies OperationErrors;

/** Of operations that POST to a target. */
export const testPost = { testFailed: true, tokenFailed: true, refusedTarget: true } as const satisfies OperationErrors;
