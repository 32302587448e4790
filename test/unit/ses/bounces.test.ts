import { describe, expect, it } from "vitest";
import { bounce, bounceOf, deliveryDelay } from "./documents.ts";
import { fieldsOf } from "./mapping.ts";

describe("bounce_class", () => {
  it.each([
    ["Undetermined", "Undetermined", {}, "bounce", "1"],
    ["Permanent", "General", { status: "5.1.1" }, "bounce", "10"],
    ["Permanent", "General", { status: "5.1.10" }, "bounce", "10"],
    ["Permanent", "General", { status: "5.1.1 (bad destination mailbox address)" }, "bounce", "10"],
    ["Permanent", "General", { status: "5.4.1" }, "bounce", "30"],
    ["Permanent", "General", { status: "5.0.0", diagnosticCode: "smtp; 550 5.1.1 no such user" }, "bounce", "10"],
    ["Permanent", "General", { diagnosticCode: "smtp; 550-5.1.1 no such user" }, "bounce", "10"],
    ["Permanent", "General", { diagnosticCode: "smtp; 554 rejected by 5.1.1.7" }, "bounce", "30"],
    ["Permanent", "General", {}, "bounce", "30"],
    ["Permanent", "NoEmail", { status: "5.0.0" }, "bounce", "10"],
    ["Permanent", "Suppressed", {}, "policy_rejection", "25"],
    ["Permanent", "OnAccountSuppressionList", {}, "policy_rejection", "25"],
    ["Permanent", "OnTenantSuppressionList", {}, "policy_rejection", "25"],
    ["Permanent", "UnsubscribedRecipient", {}, "policy_rejection", "90"],
    ["Permanent", "SomethingNew", { status: "5.1.1" }, "bounce", "30"],
    ["Transient", "General", { status: "4.4.7" }, "bounce", "24"],
    ["Transient", "General", { diagnosticCode: "smtp; 421 4.4.7 timed out" }, "bounce", "24"],
    ["Transient", "General", { status: "4.0.0" }, "bounce", "20"],
    ["Transient", "General", {}, "bounce", "20"],
    ["Transient", "MailboxFull", {}, "bounce", "22"],
    ["Transient", "MessageTooLarge", {}, "bounce", "23"],
    ["Transient", "ContentRejected", {}, "bounce", "52"],
    ["Transient", "AttachmentRejected", {}, "bounce", "53"],
    ["Transient", "CustomTimeoutExceeded", {}, "bounce", "24"],
    ["Transient", "SomethingNew", {}, "bounce", "20"],
    ["Transient", "constructor", {}, "bounce", "20"],
    ["SomethingNew", "General", {}, "bounce", "1"],
  ])("%s / %s of %o is a %s of class %s", (type, subType, recipient, event, bounceClass) => {
    expect(fieldsOf(bounceOf(type, subType, recipient))).toMatchObject({ type: event, bounce_class: bounceClass });
  });

  it("is undetermined when SES does not say", () => {
    expect(fieldsOf(bounce({ bounceType: undefined, bounceSubType: undefined }))).toMatchObject({ bounce_class: "1" });
  });

  it.each([
    ["InternalFailure", "70"],
    ["General", "70"],
    ["Undetermined", "70"],
    ["SendingDeferral", "70"],
    ["MailboxFull", "22"],
    ["SpamDetected", "51"],
    ["RecipientServerError", "20"],
    ["IPFailure", "50"],
    ["TransientCommunicationFailure", "24"],
    ["TransientCommunicationGeneral", "24"],
    ["BYOIPHostNameLookupUnavailable", "21"],
    ["SomethingNew", "1"],
    ["__proto__", "1"],
    [undefined, "1"],
  ])("a delay of type %s has class %s", (delayType, bounceClass) => {
    expect(fieldsOf(deliveryDelay({ delayType }))).toMatchObject({ type: "delay", bounce_class: bounceClass });
  });
});

describe("in band or out of band", () => {
  it.each([
    ["203.0.113.9", "dsn; mx.example.org", "bounce"],
    ["203.0.113.9", undefined, "bounce"],
    [undefined, undefined, "bounce"],
    [undefined, "dns; a8-70.smtp-out.amazonses.com", "bounce"],
    [undefined, "dsn; A8-70.SMTP-OUT.AmazonSES.com", "bounce"],
    [undefined, "dns;amazonses.com.", "bounce"],
    [undefined, "a8-70.smtp-out.amazonses.com", "bounce"],
    [undefined, "dsn; mx.example.org", "out_of_band"],
    [undefined, "mx.notamazonses.com", "out_of_band"],
    [undefined, "amazonses.com.evil.example", "out_of_band"],
  ])("remote %s, reported by %s, is %s", (remoteMtaIp, reportingMTA, type) => {
    expect(fieldsOf(bounce({ remoteMtaIp, reportingMTA }))).toMatchObject({ type });
  });
});

describe("codes and reasons", () => {
  const diagnosed = (recipient: Readonly<Record<string, unknown>>) => {
    const { error_code, reason, raw_reason } = fieldsOf(bounceOf("Permanent", "General", recipient));
    return { error_code, reason, raw_reason };
  };

  it.each([
    ["smtp; 550 5.1.1 user unknown", "550", "550 5.1.1 user unknown"],
    ["smtp; 550-5.1.1 user unknown", "550", "550-5.1.1 user unknown"],
    ["smtp;554 5.7.1 blocked", "554", "554 5.7.1 blocked"],
    ["SMTP; 421 try later", "421", "421 try later"],
    ["552 too large", "552", "552 too large"],
    ["smtp; 5.4.7 - Delivery expired", "550", "5.4.7 - Delivery expired"],
    [
      "X-Postfix; host mx.example.org[203.0.113.9] said: 553 5.3.0 no",
      "553",
      "host mx.example.org[203.0.113.9] said: 553 5.3.0 no",
    ],
    [
      "X-Postfix; connect to mx.example.org[203.0.113.9]:550: timed out",
      undefined,
      "connect to mx.example.org[203.0.113.9]:550: timed out",
    ],
    ["X-Postfix; unknown user", undefined, "unknown user"],
    ["450.0.113.9 refused", undefined, "450.0.113.9 refused"],
    ["5501234 is no code", undefined, "5501234 is no code"],
    ["Amazon SES did not send the message", undefined, "Amazon SES did not send the message"],
  ])("%s has code %s", (diagnosticCode, code, reason) => {
    expect(diagnosed({ diagnosticCode })).toEqual({ error_code: code, reason, raw_reason: diagnosticCode });
  });

  it("reads texts of several lines", () => {
    expect(diagnosed({ diagnosticCode: "smtp; refused by policy\r\n550-5.7.1 first\n550 5.7.1 second" })).toEqual({
      error_code: "550",
      reason: "refused by policy 550-5.7.1 first 550 5.7.1 second",
      raw_reason: "smtp; refused by policy 550-5.7.1 first 550 5.7.1 second",
    });
  });

  it("falls back on the status", () => {
    expect(diagnosed({ status: "5.2.1" })).toEqual({ error_code: "550", reason: undefined, raw_reason: undefined });
    expect(diagnosed({ status: "4.4.1", diagnosticCode: "X-Unix; 75" })).toMatchObject({
      error_code: "450",
      reason: "75",
    });
    expect(diagnosed({ status: "2.0.0" })).toMatchObject({ error_code: undefined });
    expect(diagnosed({ status: "unknown" })).toMatchObject({ error_code: undefined });
  });
});
