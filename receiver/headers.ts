/** Headers as Node, Lambda or the Fetch API give them; names in any case. */
export type RequestHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A header's value, or undefined. `name` is lower case. */
export const headerOf = (headers: RequestHeaders, name: string): string | undefined => {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === "string" ? value : value?.join(", ");
};

/** Batch id of every test POST, also of one that `POST /webhooks/{id}/validate` fills with events. */
export const testBatchId = "77c2b630-d712-11e4-9642-efc2723b99c1";

/** The id that a batch keeps on every attempt; empty when the request names none. */
export const batchIdOf = (headers: RequestHeaders): string =>
  headerOf(headers, "x-messagesystems-batch-id") ?? headerOf(headers, "webhook-id") ?? "";
