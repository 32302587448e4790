import type { FailedRecipient } from "./documents.ts";

/** What a receiving server said about a recipient, as far as it said it. */
export interface Diagnosis {
  /** Three digits. */
  readonly error_code: string | undefined;
  readonly reason: string | undefined;
  readonly raw_reason: string | undefined;
}

const lineBreak = /\r\n|\r|\n/g;
const protocolPrefix = /^\s*(?:smtp|x[\w-]*)\s*;\s*/i;
/**
 * A reply code, an enhanced status code, or both. They count only where a reply begins, at the start of a line or behind
 * `said:`; elsewhere the same digits may belong to an address or a port.
 */
const reply =
  /(?:^|[\r\n]|\bsaid:)[ \t]*(?:(?:smtp|x[\w-]*)[ \t]*;[ \t]*)?(?:([45]\d\d)(?!\d|\.\d)[ \t-]*)?(?:#?([45]\.\d{1,3}\.\d{1,3})(?!\d|\.\d))?/gi;
const enhancedStatus = /^[45]\.\d{1,3}\.\d{1,3}/;

/** The codes of the first reply in a diagnostic text. */
const readReply = (
  diagnosticCode: string,
): { readonly code?: string | undefined; readonly enhanced?: string | undefined } => {
  for (const [, code, enhanced] of diagnosticCode.matchAll(reply)) {
    if (code !== undefined || enhanced !== undefined) return { code, enhanced };
  }
  return {};
};

/** Enhanced status codes of a recipient: the one that SES names, and the one in the server's reply. */
export const statusCodes = ({ status, diagnosticCode }: FailedRecipient): readonly string[] => {
  const named = enhancedStatus.exec(status?.trim() ?? "")?.[0];
  const replied = readReply(diagnosticCode ?? "").enhanced;
  return [named, replied].filter((code) => code !== undefined);
};

/** Code and texts of a recipient's failure. A status code alone gives the general reply code of its class. */
export const diagnose = (recipient: FailedRecipient): Diagnosis => {
  const text = recipient.diagnosticCode?.replaceAll(lineBreak, " ");
  const general = { 4: "450", 5: "550" }[statusCodes(recipient)[0]?.[0] ?? ""];
  return {
    error_code: readReply(recipient.diagnosticCode ?? "").code ?? general,
    reason: text?.replace(protocolPrefix, ""),
    raw_reason: text,
  };
};
