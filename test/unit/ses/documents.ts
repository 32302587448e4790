/** Documents as SES writes them, with values of our own. Every function takes what a test wants to be different. */

type Fields = Readonly<Record<string, unknown>>;

export const messageId = "0101019a3f2c7d10-5b1e7c52-8c1f-4f0b-9d43-6f2a1be0c7aa-000000";

export const mail = (fields: Fields = {}): Fields => ({
  timestamp: "2026-03-02T09:14:55.120Z",
  messageId,
  source: "Acme News <news@acme.example>",
  sourceArn: "arn:aws:ses:eu-west-1:111122223333:identity/acme.example",
  sendingAccountId: "111122223333",
  destination: ["Ann@Example.org"],
  headersTruncated: false,
  headers: [
    { name: "From", value: "Acme News <news@acme.example>" },
    { name: "To", value: "Ann@Example.org" },
    { name: "Subject", value: "Spring is here" },
    { name: "MIME-Version", value: "1.0" },
  ],
  commonHeaders: {
    from: ["Acme News <news@acme.example>"],
    to: ["Ann@Example.org"],
    messageId,
    subject: "Spring is here",
  },
  tags: {
    "ses:operation": ["SendEmail"],
    "ses:configuration-set": ["marketing"],
    "ses:recipient-isp": ["Gmail"],
    "ses:source-ip": ["192.0.2.10"],
    "ses:from-domain": ["acme.example"],
    "ses:caller-identity": ["mailer"],
    "ses:outgoing-ip": ["198.51.100.7"],
    customer_id: ["acme"],
    subaccount_id: ["42"],
    campaign_id: ["spring-sale"],
    template_id: ["welcome-1"],
    order: ["A-17"],
  },
  ...fields,
});

export const send = (mailFields: Fields = {}): Fields => ({ eventType: "Send", mail: mail(mailFields), send: {} });

export const delivery = (fields: Fields = {}, mailFields: Fields = {}): Fields => ({
  eventType: "Delivery",
  mail: mail(mailFields),
  delivery: {
    timestamp: "2026-03-02T09:14:57.731Z",
    processingTimeMillis: 2611,
    recipients: ["Ann@Example.org"],
    smtpResponse: "250 2.0.0 OK 1772442897 ffacd0b85a97d-3a1 - gsmtp",
    remoteMtaIp: "203.0.113.9",
    reportingMTA: "a8-70.smtp-out.amazonses.com",
    ...fields,
  },
});

export const bounce = (fields: Fields = {}, mailFields: Fields = {}): Fields => ({
  eventType: "Bounce",
  mail: mail(mailFields),
  bounce: {
    feedbackId: "0101019a3f2c9a01-1d2c3b4a-5e6f-4a7b-8c9d-0e1f2a3b4c5d-000000",
    bounceType: "Permanent",
    bounceSubType: "General",
    bouncedRecipients: [
      {
        emailAddress: "Ann@Example.org",
        action: "failed",
        status: "5.1.1",
        diagnosticCode: "smtp; 550 5.1.1 <Ann@Example.org>: user unknown",
      },
    ],
    timestamp: "2026-03-02T09:14:58.204Z",
    reportingMTA: "dns; a8-70.smtp-out.amazonses.com",
    remoteMtaIp: "203.0.113.9",
    ...fields,
  },
});

/** A bounce of one recipient. */
export const bounceOf = (bounceType: string, bounceSubType: string, recipient: Fields = {}): Fields =>
  bounce({ bounceType, bounceSubType, bouncedRecipients: [{ emailAddress: "Ann@Example.org", ...recipient }] });

export const complaint = (fields: Fields = {}, mailFields: Fields = {}): Fields => ({
  eventType: "Complaint",
  mail: mail(mailFields),
  complaint: {
    feedbackId: "0101019a3f2cb7f2-77aa11bb-22cc-33dd-44ee-55ff66aa77bb-000000",
    complaintSubType: null,
    complainedRecipients: [{ emailAddress: "Ann@Example.org" }],
    timestamp: "2026-03-05T18:40:01.000Z",
    userAgent: "ExampleCorp Feedback Loop (V0.01)",
    complaintFeedbackType: "abuse",
    arrivalDate: "2026-03-05T18:39:00.000Z",
    ...fields,
  },
});

export const reject = (fields: Fields = {}, mailFields: Fields = {}): Fields => ({
  eventType: "Reject",
  mail: mail(mailFields),
  reject: { reason: "Bad content", ...fields },
});

export const open = (fields: Fields = {}, mailFields: Fields = {}): Fields => ({
  eventType: "Open",
  mail: mail(mailFields),
  open: {
    ipAddress: "192.0.2.77",
    timestamp: "2026-03-02T10:01:00.999Z",
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)",
    ...fields,
  },
});

export const click = (fields: Fields = {}, mailFields: Fields = {}): Fields => ({
  eventType: "Click",
  mail: mail(mailFields),
  click: {
    ipAddress: "192.0.2.77",
    timestamp: "2026-03-02T10:01:30.000Z",
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)",
    link: "https://acme.example/spring?utm_source=mail",
    linkTags: { name: ["cta"], place: ["top", "hero"] },
    ...fields,
  },
});

export const renderingFailure = (fields: Fields = {}, mailFields: Fields = {}): Fields => ({
  eventType: "Rendering Failure",
  mail: mail(mailFields),
  failure: {
    templateName: "WelcomeTemplate",
    errorMessage: "Attribute 'firstName' is not present in the rendering data.",
    ...fields,
  },
});

export const deliveryDelay = (fields: Fields = {}, mailFields: Fields = {}): Fields => ({
  eventType: "DeliveryDelay",
  mail: mail(mailFields),
  deliveryDelay: {
    timestamp: "2026-03-02T09:30:00.500Z",
    delayType: "MailboxFull",
    expirationTime: "2026-03-02T23:14:55.000Z",
    reportingMTA: "a8-70.smtp-out.amazonses.com",
    delayedRecipients: [
      { emailAddress: "Ann@Example.org", status: "4.2.2", diagnosticCode: "smtp; 452 4.2.2 Mailbox full" },
    ],
    ...fields,
  },
});

export const subscription = (fields: Fields = {}, mailFields: Fields = {}): Fields => ({
  eventType: "Subscription",
  mail: mail(mailFields),
  subscription: {
    contactList: "Newsletter",
    timestamp: "2026-03-03T07:00:14.340Z",
    source: "UnsubscribeHeader",
    newTopicPreferences: {
      unsubscribeAll: true,
      topicSubscriptionStatus: [{ topicName: "weekly", subscriptionStatus: "OptOut" }],
    },
    oldTopicPreferences: {
      unsubscribeAll: false,
      topicSubscriptionStatus: [{ topicName: "weekly", subscriptionStatus: "OptOut" }],
      topicDefaultSubscriptionStatus: [{ topicName: "weekly", subscriptionStatus: "OptIn" }],
    },
    ...fields,
  },
});

/** What identity feedback notifications carry instead of `eventType`; they have no tags. */
export const asFeedbackNotification = ({ eventType, mail: message, ...rest }: Fields): Fields => {
  const { tags: _tags, ...untagged } = message as Fields;
  return { notificationType: eventType, mail: untagged, ...rest };
};

/** One document of each type. */
export const everyDocument: Readonly<Record<string, Fields>> = {
  send: send(),
  delivery: delivery(),
  bounce: bounce(),
  outOfBand: bounce({ remoteMtaIp: undefined, reportingMTA: "dsn; mx.example.org" }),
  suppressed: bounceOf("Permanent", "OnAccountSuppressionList"),
  complaint: complaint(),
  reject: reject(),
  open: open(),
  click: click(),
  renderingFailure: renderingFailure(),
  deliveryDelay: deliveryDelay(),
  listUnsubscribe: subscription(),
  linkUnsubscribe: subscription({ source: "UnsubscribePage" }),
};

export const snsEnvelope = (message: unknown, fields: Fields = {}): Fields => ({
  Type: "Notification",
  MessageId: "7a5c2d0e-6b1f-5c33-9a0e-2f4a8d1b6e77",
  TopicArn: "arn:aws:sns:eu-west-1:111122223333:ses-events",
  Subject: "Amazon SES Email Event Notification",
  Message: typeof message === "string" ? message : JSON.stringify(message),
  Timestamp: "2026-03-02T09:14:58.000Z",
  SignatureVersion: "1",
  Signature: "c2lnbmF0dXJl",
  SigningCertURL: "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem",
  UnsubscribeURL: "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=x",
  ...fields,
});

export const eventBridgeEvent = (detail: unknown, detailType = "Email Delivered"): Fields => ({
  version: "0",
  id: "5f4c1a8e-2b3d-4c5e-8f90-a1b2c3d4e5f6",
  "detail-type": detailType,
  source: "aws.ses",
  account: "111122223333",
  time: "2026-03-02T09:14:58Z",
  region: "eu-west-1",
  resources: ["arn:aws:ses:eu-west-1:111122223333:configuration-set/marketing"],
  detail,
});

export const firehoseRequest = (records: readonly string[]): Fields => ({
  requestId: "ed4acda5-034f-9f42-bba1-f29aea6d7d8f",
  timestamp: 1_772_442_898_000,
  records: records.map((text) => ({ data: Buffer.from(text).toString("base64") })),
});
