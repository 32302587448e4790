import * as z from "zod";

// The documents of Amazon SES, as event publishing and identity feedback notifications write them. Only what a mapping needs
// to exist is required; everything else that is missing, or is not of its type, counts as absent, because SES adds and
// leaves out fields without notice.

const optionalText = z.string().min(1).optional().catch(undefined);
const optionalTexts = z.array(z.string()).optional().catch(undefined);

/** SES sends a message to 50 recipients at most; the limit bounds what one document can become. */
export const maxRecipients = 100;

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** An ISO 8601 time with its zone; Unix milliseconds when read. */
const time = z.string().transform((text, context) => {
  const timeMs = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  if (timeMs >= 0) return timeMs;
  context.addIssue({ code: "custom", message: "must be an ISO 8601 time with its zone" });
  return z.NEVER;
});

/** An address, or what stands for one. */
const address = z.string().regex(/\S/, "must not be empty");

const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(maxRecipients);

/** Addresses of the message, with or without display names. */
export const destinations = listOf(address);

/** `mail`: what every document says about its message. */
export const mailObject = z.object({
  messageId: z.string().regex(/\S/, "must not be empty"),
  timestamp: time,
  source: optionalText,
  destination: z.unknown().optional(),
  commonHeaders: z.object({ from: optionalTexts, subject: optionalText }).optional().catch(undefined),
  /** By tag, a list of values. Absent in identity feedback notifications. */
  tags: z.unknown().optional(),
});
export type Mail = z.output<typeof mailObject>;

/** A recipient of a bounce or a delay, and what its server said. */
const failedRecipient = z.object({
  emailAddress: address,
  status: optionalText,
  diagnosticCode: optionalText,
});
export type FailedRecipient = z.output<typeof failedRecipient>;

export const bounceObject = z.object({
  bounceType: optionalText,
  bounceSubType: optionalText,
  bouncedRecipients: listOf(failedRecipient),
  timestamp: time,
  feedbackId: optionalText,
  reportingMTA: optionalText,
  remoteMtaIp: optionalText,
});
export type Bounce = z.output<typeof bounceObject>;

export const complaintObject = z.object({
  complainedRecipients: listOf(z.object({ emailAddress: address })),
  timestamp: time,
  feedbackId: optionalText,
  complaintSubType: optionalText,
  complaintFeedbackType: optionalText,
  userAgent: optionalText,
});

export const deliveryObject = z.object({
  timestamp: time,
  recipients: listOf(address),
  processingTimeMillis: z.number().nonnegative().optional().catch(undefined),
  remoteMtaIp: optionalText,
});

export const rejectObject = z.object({ reason: optionalText });

export const openObject = z.object({ timestamp: time, ipAddress: optionalText, userAgent: optionalText });

export const clickObject = openObject.extend({
  link: optionalText,
  linkTags: z.object({ name: optionalTexts }).optional().catch(undefined),
});

/** `failure`, of the type that SES spells `Rendering Failure`. */
export const failureObject = z.object({ templateName: optionalText, errorMessage: optionalText });

export const delayObject = z.object({
  timestamp: time,
  delayType: optionalText,
  delayedRecipients: listOf(failedRecipient),
  remoteMtaIp: optionalText,
});

const preferences = z.object({ unsubscribeAll: z.unknown().optional() }).optional().catch(undefined);

export const subscriptionObject = z.object({
  timestamp: time,
  source: optionalText,
  newTopicPreferences: preferences,
  oldTopicPreferences: preferences,
});
