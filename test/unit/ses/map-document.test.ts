import { describe, expect, it } from "vitest";
import {
  asFeedbackNotification,
  bounce,
  click,
  complaint,
  delivery,
  deliveryDelay,
  everyDocument,
  messageId,
  open,
  reject,
  renderingFailure,
  send,
  subscription,
} from "./documents.ts";
import { eventsOf, fieldsOf, map, problemOf } from "./mapping.ts";

/** What every event of the sample message has. */
const common = {
  event_id: expect.stringMatching(/^\d{1,19}$/),
  customer_id: "acme",
  subaccount_id: "42",
  message_id: messageId,
  transmission_id: messageId,
  campaign_id: "spring-sale",
  template_id: "welcome-1",
  injection_time: "2026-03-02T09:14:55.120Z",
  msg_from: "news@acme.example",
  friendly_from: "news@acme.example",
  subject: "Spring is here",
  ip_pool: "marketing",
  sending_ip: "198.51.100.7",
  delv_method: "esmtp",
  rcpt_meta: { order: "A-17" },
  rcpt_to: "ann@example.org",
  raw_rcpt_to: "Ann@Example.org",
  recipient_domain: "example.org",
  routing_domain: "example.org",
};

const rows = [
  ["Send", send(), "message_event", { type: "injection", timestamp: "1772442895" }],
  [
    "Delivery",
    delivery(),
    "message_event",
    { type: "delivery", timestamp: "1772442897", queue_time: "2611", ip_address: "203.0.113.9" },
  ],
  [
    "Bounce",
    bounce(),
    "message_event",
    {
      type: "bounce",
      timestamp: "1772442898",
      bounce_class: "10",
      error_code: "550",
      reason: "550 5.1.1 <Ann@Example.org>: user unknown",
      raw_reason: "smtp; 550 5.1.1 <Ann@Example.org>: user unknown",
      ip_address: "203.0.113.9",
    },
  ],
  [
    "Complaint",
    complaint(),
    "message_event",
    {
      type: "spam_complaint",
      timestamp: "1772736001",
      fbtype: "abuse",
      user_str: "ExampleCorp Feedback Loop (V0.01)",
    },
  ],
  [
    "Reject",
    reject(),
    "message_event",
    {
      type: "policy_rejection",
      timestamp: "1772442895",
      reason: "Bad content",
      raw_reason: "Bad content",
      error_code: "550",
      bounce_class: "53",
    },
  ],
  [
    "Open",
    open(),
    "track_event",
    {
      type: "open",
      timestamp: "1772445660",
      ip_address: "192.0.2.77",
      user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)",
    },
  ],
  [
    "Click",
    click(),
    "track_event",
    {
      type: "click",
      timestamp: "1772445690",
      ip_address: "192.0.2.77",
      user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)",
      target_link_url: "https://acme.example/spring?utm_source=mail",
      target_link_name: "cta",
    },
  ],
  [
    "Rendering Failure",
    renderingFailure(),
    "gen_event",
    {
      type: "generation_failure",
      timestamp: "1772442895",
      template_id: "WelcomeTemplate",
      reason: "Attribute 'firstName' is not present in the rendering data.",
      raw_reason: "Attribute 'firstName' is not present in the rendering data.",
    },
  ],
  [
    "DeliveryDelay",
    deliveryDelay(),
    "message_event",
    {
      type: "delay",
      timestamp: "1772443800",
      bounce_class: "22",
      error_code: "452",
      reason: "452 4.2.2 Mailbox full",
      raw_reason: "smtp; 452 4.2.2 Mailbox full",
    },
  ],
  [
    "Subscription by header",
    subscription(),
    "unsubscribe_event",
    { type: "list_unsubscribe", timestamp: "1772521214", mailfrom: "news@acme.example" },
  ],
  [
    "Subscription by page",
    subscription({ source: "UnsubscribePage" }),
    "unsubscribe_event",
    { type: "link_unsubscribe", timestamp: "1772521214", mailfrom: "news@acme.example" },
  ],
] as const;

it.each(rows)("maps %s", (_, document, eventClass, fields) => {
  expect(eventsOf(document)).toEqual([{ eventClass, fields: { ...common, ...fields } }]);
});

it("takes the other spellings of Rendering Failure", () => {
  expect(fieldsOf({ ...renderingFailure(), eventType: "RenderingFailure" })).toEqual(fieldsOf(renderingFailure()));
});

it("takes identity feedback notifications, which have no tags", () => {
  for (const document of [bounce(), complaint(), delivery()]) {
    const { type } = fieldsOf(document);
    expect(fieldsOf(asFeedbackNotification(document))).toMatchObject({ type, customer_id: "default-customer" });
    expect(fieldsOf(asFeedbackNotification(document))).not.toHaveProperty("rcpt_meta");
  }
});

it("leaves out fields without a value", () => {
  const document = {
    eventType: "Delivery",
    mail: { timestamp: "2026-03-02T09:14:55Z", messageId },
    delivery: { timestamp: "2026-03-02T09:14:57Z", recipients: ["a@b.example"] },
  };
  expect(fieldsOf(document)).toEqual({
    type: "delivery",
    timestamp: "1772442897",
    event_id: expect.any(String),
    customer_id: "default-customer",
    message_id: messageId,
    transmission_id: messageId,
    injection_time: "2026-03-02T09:14:55.000Z",
    delv_method: "esmtp",
    rcpt_to: "a@b.example",
    raw_rcpt_to: "a@b.example",
    recipient_domain: "b.example",
    routing_domain: "b.example",
  });
});

describe("recipients", () => {
  const many = Array.from({ length: 50 }, (_, index) => `R${index}@Example.org`);

  it("makes one event for each of the recipients that the document names", () => {
    const recipients = many.map((emailAddress, index) => ({
      emailAddress,
      status: index % 2 === 0 ? "5.1.1" : "5.2.0",
    }));
    const events = eventsOf(bounce({ bouncedRecipients: recipients }, { destination: many.toReversed() }));
    expect(events.map(({ fields }) => [fields["raw_rcpt_to"], fields["bounce_class"]])).toEqual(
      many.map((address, index) => [address, index % 2 === 0 ? "10" : "30"]),
    );
    expect(new Set(events.map(({ fields }) => fields["event_id"])).size).toBe(50);
    for (const document of [send, reject, renderingFailure]) {
      const found = document === send ? send({ destination: many }) : document({}, { destination: many });
      expect(eventsOf(found).map(({ fields }) => fields["rcpt_to"])).toEqual(many.map((one) => one.toLowerCase()));
    }
  });

  it("names a recipient once, however its address is written", () => {
    const destination = ["Ann <ANN@example.org>", "ann@example.org", "bob@example.org"];
    expect(eventsOf(send({ destination })).map(({ fields }) => fields["raw_rcpt_to"])).toEqual([
      "ANN@example.org",
      "bob@example.org",
    ]);
  });

  it("does not guess which of several recipients opened or clicked", () => {
    for (const document of [open({}, { destination: many }), click({}, { destination: many })]) {
      const fields = fieldsOf(document);
      expect(fields).toHaveProperty("user_agent");
      for (const name of ["rcpt_to", "raw_rcpt_to", "recipient_domain"]) expect(fields).not.toHaveProperty(name);
    }
  });
});

describe("what is ignored", () => {
  const ignored = (document: unknown): string => map(document).kind;

  it("ignores changes of preferences that are no unsubscription", () => {
    expect(ignored(subscription({ newTopicPreferences: { unsubscribeAll: false } }))).toBe("ignored");
    expect(ignored(subscription({ newTopicPreferences: undefined }))).toBe("ignored");
    expect(ignored(subscription({ oldTopicPreferences: { unsubscribeAll: true } }))).toBe("ignored");
    expect(fieldsOf(subscription({ oldTopicPreferences: undefined }))["type"]).toBe("list_unsubscribe");
  });

  it("ignores reports that a message is no spam, and no other report", () => {
    for (const complaintFeedbackType of ["not-spam", "Not_Spam"]) {
      expect(ignored(complaint({ complaintFeedbackType }))).toBe("ignored");
    }
    for (const complaintFeedbackType of ["abuse", "auth-failure", "Auth_Failure", "fraud", "other", "virus"]) {
      expect(fieldsOf(complaint({ complaintFeedbackType }))).toMatchObject({ fbtype: complaintFeedbackType });
    }
    expect(fieldsOf(complaint({ complaintFeedbackType: undefined }))).not.toHaveProperty("fbtype");
  });

  it("ignores the notice that a topic's subscription works", () => {
    const message = "You have successfully subscribed your Amazon SNS topic";
    expect(ignored({ notificationType: "AmazonSnsSubscriptionSucceeded", message })).toBe("ignored");
  });
});

it("maps complaints that SES only counted as rejections", () => {
  for (const complaintSubType of ["OnAccountSuppressionList", "OnTenantSuppressionList"]) {
    const fields = fieldsOf(complaint({ complaintSubType }));
    expect(fields).toMatchObject({ type: "policy_rejection", bounce_class: "25" });
    expect(fields).not.toHaveProperty("fbtype");
  }
});

describe("the message's fields", () => {
  const mapped = (fields: Readonly<Record<string, unknown>>) => fieldsOf(send(fields));

  it("decodes subjects", () => {
    const subject = "=?UTF-8?Q?Fr=C3=BChling?= =?UTF-8?B?IPCfjLc=?=";
    expect(mapped({ commonHeaders: { subject } })).toMatchObject({ subject: "Frühling 🌷" });
  });

  it("takes the addresses out of what names their owners", () => {
    const from = ['"Acme, Inc." <news@acme.example>', "second@acme.example"];
    expect(mapped({ source: "bounces+1@acme.example", commonHeaders: { from } })).toMatchObject({
      msg_from: "bounces+1@acme.example",
      friendly_from: "news@acme.example",
    });
    expect(mapped({ source: "=?UTF-8?Q?Acm=C3=A9?= <n@acme.example>" })).toMatchObject({ msg_from: "n@acme.example" });
  });

  it("takes recipients that are hardly addresses", () => {
    expect(mapped({ destination: ["postmaster"] })).not.toHaveProperty("recipient_domain");
    expect(mapped({ destination: ['"odd@name"@Sub.Example.ORG'] })).toMatchObject({
      rcpt_to: '"odd@name"@sub.example.org',
      recipient_domain: "sub.example.org",
    });
  });

  it("reads times in any zone, to the second", () => {
    expect(fieldsOf(open({ timestamp: "2026-03-02T03:01:00.999-07:00" }))).toMatchObject({ timestamp: "1772445660" });
    expect(mapped({ timestamp: "2026-03-02T09:14:55+00:00" })).toMatchObject({
      injection_time: "2026-03-02T09:14:55.000Z",
    });
  });
});

describe("tags", () => {
  const tagged = (tags: unknown) => send({ tags });

  it("names the customer, where it may, and the default customer else", () => {
    expect(fieldsOf(tagged({ customer_id: ["7"] }))).toMatchObject({ customer_id: "7" });
    expect(fieldsOf(tagged({ customer_id: ["7"] }), { isCustomerTagTrusted: false })).toMatchObject({
      customer_id: "default-customer",
    });
    expect(fieldsOf(tagged({}))).toMatchObject({ customer_id: "default-customer" });
    expect(map(tagged({ customer_id: ["7"] }))).toMatchObject({ customerId: "7" });
  });

  it("refuses a customer that is none or several", () => {
    for (const customer_id of [["1", "2"], [""], ["a b"], ["é"], ["x".repeat(65)]]) {
      expect(problemOf(tagged({ customer_id }))).toMatch(/^tag 'customer_id' must have one value/);
      expect(map(tagged({ customer_id }), { isCustomerTagTrusted: false }).kind).toBe("events");
    }
  });

  it("reads the names that the settings give", () => {
    const tags = { customer: "tenant", subaccount: "brand", campaign: "mailing" };
    const fields = fieldsOf(tagged({ tenant: ["7"], brand: ["3"], mailing: ["m1"], customer_id: ["acme"] }), { tags });
    expect(fields).toMatchObject({ customer_id: "7", subaccount_id: "3", campaign_id: "m1" });
    expect(fields["rcpt_meta"]).toEqual({ customer_id: "acme" });
  });

  it("leaves out sub-accounts, campaigns and templates that are none or several", () => {
    for (const subaccount_id of [["0"], ["-1"], ["1.5"], ["x"], ["1", "2"], ["9".repeat(40)], []]) {
      expect(fieldsOf(tagged({ subaccount_id }))).not.toHaveProperty("subaccount_id");
    }
    const fields = fieldsOf(tagged({ campaign_id: ["a", "b"], template_id: [""] }));
    expect(fields).not.toHaveProperty("campaign_id");
    expect(fields).not.toHaveProperty("template_id");
    expect(fields).not.toHaveProperty("rcpt_meta");
  });

  it("keeps every other tag of the sender's as text, and none of SES's", () => {
    const tags = {
      a: ["1"],
      b: ["x", "y"],
      c: [],
      "ses:operation": ["SendEmail"],
      "ses:new": ["?"],
      d: "bare",
      e: [3],
    };
    expect(fieldsOf(tagged(tags))["rcpt_meta"]).toEqual({ a: "1", b: "x,y", d: "bare", e: "3" });
  });
});

describe("event_id", () => {
  const idsOf = (document: unknown) => eventsOf(document).map(({ fields }) => fields["event_id"]);

  it.each(Object.entries(everyDocument))("is the same for a repeated %s", (_, document) => {
    const again = JSON.parse(JSON.stringify(document)) as unknown;
    expect(idsOf(again)).toEqual(idsOf(document));
  });

  it("is what it has always been", () => {
    expect(idsOf(bounce())).toEqual(["7701497800785395315"]);
    expect(idsOf(click())).toEqual(["4259646003927367128"]);
  });

  it("does not depend on how a recipient or a time is written, nor on tags", () => {
    expect(idsOf(send({ destination: ["ANN@EXAMPLE.ORG"], tags: {} }))).toEqual(idsOf(send()));
    expect(idsOf(open({ timestamp: "2026-03-02T12:01:00.999+02:00" }))).toEqual(idsOf(open()));
  });

  it("tells apart whatever is another event", () => {
    const others = [
      ...Object.values(everyDocument).filter((document) => document !== everyDocument["suppressed"]),
      send({ messageId: "another" }),
      send({ timestamp: "2026-03-02T09:14:55.121Z" }),
      send({ destination: ["bob@example.org"] }),
      bounce({ feedbackId: "another" }),
      complaint({ feedbackId: "another" }),
      open({ ipAddress: "192.0.2.78" }),
      open({ userAgent: "curl" }),
      open({ ipAddress: undefined }),
      click({ link: "https://acme.example/other" }),
      click({ userAgent: "curl" }),
    ].filter((document) => document !== everyDocument["outOfBand"] && document !== everyDocument["linkUnsubscribe"]);
    expect(new Set(others.flatMap(idsOf)).size).toBe(others.length);
  });
});
