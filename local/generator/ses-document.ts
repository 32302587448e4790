import type { EventKey } from "#shared/contract/words.ts";
import type { Happening } from "./build-event.ts";
import { type FailureResponse, links, permanentFailures, temporaryFailures } from "./population.ts";
import type { Random } from "./random.ts";

/** What Amazon SES would have published, but for its values. */
export type SesDocument = Readonly<Record<string, unknown>>;

interface DocumentOptions {
  readonly happening: Happening;
  /** Beginning of the message's id, which tells documents of one run from all others. */
  readonly idPrefix: string;
  readonly random: Random;
}

type Details = readonly [eventType: string, key: string, details: object];

/** What SES publishes of something that happens to a message; undefined for what SES knows nothing of. */
export const sesDocument = (options: DocumentOptions): SesDocument | undefined => {
  const details = detailsOf[options.happening.key]?.(options);
  if (details === undefined) return undefined;
  const [eventType, key, object] = details;
  return { eventType, mail: mailOf(options), [key]: object };
};

const iso = (timeMs: number): string => new Date(timeMs).toISOString();

const mailOf = ({ happening: { message, key }, idPrefix }: DocumentOptions): object => {
  const { address, campaign, lane, injectedAt, messageId, orderNumber } = message;
  const from = `${campaign.stream}@example.net`;
  const id = `${idPrefix}${messageId}-000000`;
  return {
    timestamp: iso(injectedAt),
    source: `bounce-${orderNumber}@mail.example.net`,
    sourceArn: "arn:aws:ses:us-east-1:000000000000:identity/example.net",
    sendingAccountId: "000000000000",
    messageId: id,
    destination: [address],
    headersTruncated: false,
    headers: [
      { name: "From", value: `Example <${from}>` },
      { name: "To", value: address },
      { name: "Subject", value: campaign.subject },
      { name: "MIME-Version", value: "1.0" },
      { name: "Content-Type", value: "text/html; charset=UTF-8" },
    ],
    commonHeaders: { from: [`Example <${from}>`], to: [address], messageId: id, subject: campaign.subject },
    tags: {
      "ses:operation": ["SendEmail"],
      "ses:configuration-set": [campaign.stream],
      "ses:source-ip": ["192.0.2.10"],
      "ses:from-domain": ["example.net"],
      "ses:caller-identity": ["mailer"],
      ...(key === "injection" ? {} : { "ses:outgoing-ip": [`198.51.100.${lane}`] }),
      campaign_id: [campaign.id],
      template_id: [campaign.templateId],
      order: [`A-${orderNumber}`],
    },
  };
};

const sesServer = (lane: number): string => `a8-${lane}.smtp-out.amazonses.com`;

const failed = ({ happening: { message } }: DocumentOptions, { errorCode, text }: FailureResponse): object => ({
  emailAddress: message.address,
  action: errorCode.startsWith("4") ? "delayed" : "failed",
  status: /[45]\.\d\.\d/.exec(text)?.[0],
  diagnosticCode: `smtp; ${text.replace("<>", `<${message.address}>`)}`,
});

const bounce = (options: DocumentOptions, where: object): Details => {
  const failure = options.random.pick(permanentFailures);
  const details = {
    feedbackId: feedbackId(options),
    bounceType: failure.bounceClass === "51" ? "Transient" : "Permanent",
    bounceSubType: failure.bounceClass === "51" ? "ContentRejected" : "General",
    bouncedRecipients: [failed(options, failure)],
    timestamp: iso(options.happening.at),
    ...where,
  };
  return ["Bounce", "bounce", details];
};

const feedbackId = ({ happening: { message, at } }: DocumentOptions): string => `${message.messageId}-${at}-000000`;

const track = ({ happening: { message, at } }: DocumentOptions): object => ({
  ipAddress: message.clientIp,
  timestamp: iso(at),
  userAgent: message.userAgent,
});

const subscription = ({ happening: { at } }: DocumentOptions, source: string): Details => {
  const details = {
    contactList: "customers",
    timestamp: iso(at),
    source,
    newTopicPreferences: { unsubscribeAll: true, topicSubscriptionStatus: [] },
    oldTopicPreferences: { unsubscribeAll: false, topicSubscriptionStatus: [] },
  };
  return ["Subscription", "subscription", details];
};

const detailsOf: Readonly<Partial<Record<EventKey, (options: DocumentOptions) => Details>>> = {
  injection: () => ["Send", "send", {}],
  delivery: ({ happening: { message, at } }) => {
    const details = {
      timestamp: iso(at),
      processingTimeMillis: at - message.injectedAt,
      recipients: [message.address],
      smtpResponse: "250 2.0.0 OK",
      remoteMtaIp: message.provider.host,
      reportingMTA: sesServer(message.lane),
    };
    return ["Delivery", "delivery", details];
  },
  bounce: (options) => {
    const { lane, provider } = options.happening.message;
    return bounce(options, { reportingMTA: `dns; ${sesServer(lane)}`, remoteMtaIp: provider.host });
  },
  out_of_band: (options) => bounce(options, { reportingMTA: `dsn; mx.${options.happening.message.provider.domain}` }),
  delay: (options) => {
    const { at, message } = options.happening;
    const failure = options.random.pick(temporaryFailures);
    const details = {
      timestamp: iso(at),
      delayType: failure.bounceClass === "22" ? "MailboxFull" : "TransientCommunicationFailure",
      expirationTime: iso(message.injectedAt + 14 * 60 * 60 * 1_000),
      reportingMTA: sesServer(message.lane),
      delayedRecipients: [failed(options, failure)],
    };
    return ["DeliveryDelay", "deliveryDelay", details];
  },
  spam_complaint: (options) => {
    const { at, message } = options.happening;
    const details = {
      feedbackId: feedbackId(options),
      complaintSubType: null,
      complainedRecipients: [{ emailAddress: message.address }],
      timestamp: iso(at),
      userAgent: "Example Feedback Loop (V0.01)",
      complaintFeedbackType: "abuse",
      arrivalDate: iso(at),
    };
    return ["Complaint", "complaint", details];
  },
  policy_rejection: () => ["Reject", "reject", { reason: "Bad content" }],
  open: (options) => ["Open", "open", track(options)],
  click: (options) => {
    const { name, url } = options.random.pick(links);
    return ["Click", "click", { ...track(options), link: url, linkTags: { name: [name] } }];
  },
  generation_failure: ({ happening: { message } }) => {
    const errorMessage = "Attribute 'firstName' is not present in the rendering data.";
    return ["Rendering Failure", "failure", { templateName: message.campaign.templateId, errorMessage }];
  },
  list_unsubscribe: (options) => subscription(options, "UnsubscribeHeader"),
  link_unsubscribe: (options) => subscription(options, "UnsubscribePage"),
};

/** Events that SES can tell of. */
export const sesEventKeys = Object.keys(detailsOf) as readonly EventKey[];
