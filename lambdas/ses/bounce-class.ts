import { statusCodes } from "./diagnosis.ts";
import type { Bounce, FailedRecipient } from "./documents.ts";

// Classes: 1 undetermined, 10 invalid recipient, 20 soft, 21 DNS, 22 mailbox full, 23 too large, 24 timeout, 25 admin
// failure, 30 no such recipient, 50 mail block, 51 spam block, 52 spam content, 53 prohibited attachment, 70 transient,
// 90 unsubscribe.

/** Subtypes of bounces and complaints for which SES sent nothing, because the address is on a suppression list. */
const suppressedSubTypes: Readonly<Record<string, string>> = {
  Suppressed: "25",
  OnAccountSuppressionList: "25",
  OnTenantSuppressionList: "25",
  UnsubscribedRecipient: "90",
};

const transientClasses: Readonly<Record<string, string>> = {
  MailboxFull: "22",
  MessageTooLarge: "23",
  ContentRejected: "52",
  AttachmentRejected: "53",
  CustomTimeoutExceeded: "24",
};

const delayClasses: Readonly<Record<string, string>> = {
  // Class 25 would lead consumers to suppress the address.
  InternalFailure: "70",
  General: "70",
  Undetermined: "70",
  SendingDeferral: "70",
  MailboxFull: "22",
  SpamDetected: "51",
  RecipientServerError: "20",
  IPFailure: "50",
  TransientCommunicationFailure: "24",
  TransientCommunicationGeneral: "24",
  TransientCommunicationFailureGeneral: "24",
  BYOIPHostNameLookupUnavailable: "21",
};

const lookUp = (classes: Readonly<Record<string, string>>, name: string | undefined): string | undefined =>
  name !== undefined && Object.hasOwn(classes, name) ? classes[name] : undefined;

/** Bounce class of what SES did not send at all; undefined for every other subtype. */
export const suppressionClass = (subType: string | undefined): string | undefined =>
  lookUp(suppressedSubTypes, subType);

/** Bounce class of a recipient of a bounce that is no suppression. */
export const bounceClass = ({ bounceType, bounceSubType }: Bounce, recipient: FailedRecipient): string => {
  const codes = statusCodes(recipient);
  const isGeneral = bounceSubType === "General";
  if (bounceType === "Permanent") {
    const isUnknownAddress = isGeneral && codes.some((code) => code.startsWith("5.1."));
    return bounceSubType === "NoEmail" || isUnknownAddress ? "10" : "30";
  }
  if (bounceType !== "Transient") return "1";
  if (isGeneral) return codes.includes("4.4.7") ? "24" : "20";
  return lookUp(transientClasses, bounceSubType) ?? "20";
};

/** Bounce class of a delay. */
export const delayClass = (delayType: string | undefined): string => lookUp(delayClasses, delayType) ?? "1";

const sesServer = /^(?:d(?:ns|sn)\s*;)?\s*(?:[a-z0-9.-]*\.)?amazonses\.com\.?\s*$/i;

/**
 * Whether the receiving server refused the message in the conversation with SES, rather than taking it and sending a bounce
 * mail later. A document that says neither which host refused nor who reports counts as the former.
 */
export const isInBand = ({ remoteMtaIp, reportingMTA }: Bounce): boolean =>
  remoteMtaIp !== undefined || reportingMTA === undefined || sesServer.test(reportingMTA);
