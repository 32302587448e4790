import { RequestError } from "../errors.ts";

/** Entity tag of a webhook at a revision (RFC 9110, section 8.8.3). */
export const entityTagOf = ({ revision }: { readonly revision: number }): string => `"${revision}"`;

/** Throws 412 unless `If-Match` (RFC 9110, section 13.1.1) is absent, is `*`, or names the webhook as it is now. */
export const requireMatch = (ifMatch: string | undefined, webhook: { readonly revision: number }): void => {
  if (ifMatch === undefined || ifMatch.trim() === "*") return;
  const tags = ifMatch.split(",").map((tag) => tag.trim());
  if (!tags.includes(entityTagOf(webhook))) throw changedMeanwhile();
};

/** The answer to a request about a webhook that somebody has changed meanwhile. */
export const changedMeanwhile = (): RequestError =>
  new RequestError(412, {
    message: "The webhook has been changed meanwhile",
    description: "Read it again, and repeat the request with its present 'etag' in If-Match.",
    code: "1602",
  });
