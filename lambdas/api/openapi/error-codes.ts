import type { OperationErrors } from "./operation.ts";

// Errors that many operations have in common.

/** Of operations that read a JSON body. */
export const json = { badJson: true, notUtf8: true, notJson: true } as const satisfies OperationErrors;

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
