import { decodeWords } from "postal-mime";
import { addressOf } from "./address.ts";
import type { Mail } from "./documents.ts";
import type { TagFields } from "./tags.ts";

/** Fields of an event that come from its message; those without a value are undefined. */
export const mailFields = (mail: Mail, tags: TagFields) => {
  const from = mail.commonHeaders?.from?.[0];
  return {
    subaccount_id: tags.subaccount_id,
    // SES's send call returned it, as SparkPost's returned the transmission: consumers correlate by either.
    message_id: mail.messageId,
    transmission_id: mail.messageId,
    campaign_id: tags.campaign_id,
    template_id: tags.template_id,
    injection_time: new Date(mail.timestamp).toISOString(),
    msg_from: mail.source === undefined ? undefined : addressOf(mail.source),
    friendly_from: from === undefined ? undefined : addressOf(from),
    subject: mail.commonHeaders?.subject === undefined ? undefined : decodeWords(mail.commonHeaders.subject),
    ip_pool: tags.ip_pool,
    sending_ip: tags.sending_ip,
    delv_method: "esmtp",
    rcpt_meta: tags.rcpt_meta,
  };
};
