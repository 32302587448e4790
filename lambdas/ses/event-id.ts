import { createHash } from "node:crypto";

const maxPositive = 2n ** 63n - 1n;

/**
 * Id of an event from what makes it that event, so that a document that SES, SNS or SQS delivers twice becomes events with
 * the same ids: 63 bits of SHA-256 in decimal digits.
 */
export const eventId = (identity: readonly (string | number | undefined)[]): string => {
  // JSON keeps the parts apart whatever they contain.
  const digest = createHash("sha256").update(JSON.stringify(identity)).digest();
  return String(digest.readBigUInt64BE() & maxPositive);
};
