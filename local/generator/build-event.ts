import { eventDefinitions } from "#shared/events/catalogue/event-definitions.ts";
import { type EventEnvelope, envelope } from "#shared/events/catalogue/event.ts";
import type { EventKey } from "#shared/contract/words.ts";
import type { FieldName } from "#shared/events/catalogue/field-dictionary.ts";
import type { JsonValue } from "#shared/events/catalogue/field.ts";
import { sampleValue } from "#shared/events/catalogue/samples.ts";
import { generatedFields } from "./generated-fields.ts";
import type { Message } from "./message.ts";
import { type FailureResponse, links, permanentFailures, temporaryFailures } from "./population.ts";
import type { Random } from "./random.ts";

/** Something that happens to a message. */
export interface Happening {
  readonly key: EventKey;
  /** Unix time in milliseconds. */
  readonly at: number;
  /** Failed tries before. */
  readonly retries: number;
  readonly message: Message;
}

interface EventSource extends Happening {
  readonly eventId: string;
  readonly customerId: string;
  readonly link: (typeof links)[number];
  readonly failure: FailureResponse | undefined;
}

type ValueOf = (source: EventSource) => JsonValue | undefined;

/** Values that differ from event to event. Other fields, and those undefined here, get the catalogue's sample. */
const values: Readonly<Partial<Record<FieldName, ValueOf>>> = {
  timestamp: ({ at }) => String(Math.floor(at / 1_000)),
  event_id: ({ eventId }) => eventId,
  customer_id: ({ customerId }) => customerId,
  message_id: ({ message }) => message.messageId,
  transmission_id: ({ message }) => message.transmissionId,
  campaign_id: ({ message }) => message.campaign.id,
  template_id: ({ message }) => message.campaign.templateId,
  subject: ({ message }) => message.campaign.subject,
  rcpt_to: ({ message }) => message.address.toLowerCase(),
  raw_rcpt_to: ({ message }) => message.address,
  rcpt_tags: ({ message }) => message.tags,
  rcpt_meta: ({ message }) => ({ order: `A-${message.orderNumber}` }),
  rcpt_subs: ({ message }) => ({ first: message.firstName }),
  recipient_domain: ({ message }) => message.provider.domain,
  routing_domain: ({ message, key }) => (key === "sms_status" ? undefined : message.provider.domain),
  friendly_from: ({ message }) => `${message.campaign.stream}@example.net`,
  msg_from: ({ message }) => envelopeSender(message),
  mailfrom: ({ message }) => envelopeSender(message),
  msg_size: ({ message }) => String(message.sizeBytes),
  // Relayed mail comes in over SMTP; all other generated mail is part of a REST transmission.
  recv_method: ({ key }) => (eventDefinitions[key].eventClass === "relay_event" ? undefined : "rest"),
  node_name: ({ message }) => `mta${message.lane}.example.net`,
  binding: ({ message }) => `b-${message.campaign.stream}-${message.lane}`,
  binding_group: ({ message }) => message.campaign.stream,
  ip_pool: ({ message }) => message.campaign.stream,
  sending_ip: ({ message }) => `198.51.100.${message.lane}`,
  ip_address: ({ message, key }) => (isOfClient(key) ? message.clientIp : message.provider.host),
  injection_time: ({ message }) => new Date(message.injectedAt).toISOString(),
  num_retries: ({ retries }) => String(retries),
  queue_time: ({ at, message }) => String(at - message.injectedAt),
  bounce_class: ({ failure }) => failure?.bounceClass,
  error_code: ({ failure }) => failure?.errorCode,
  reason: ({ failure }) => failure?.text.replace("<> ", ""),
  raw_reason: ({ failure, message }) => failure?.text.replace("<>", `<${message.address.toLowerCase()}>`),
  user_agent: ({ message }) => message.userAgent,
  geo_ip: ({ message }) => message.place,
  target_link_name: ({ key, link }) => (key === "link_unsubscribe" ? undefined : link.name),
  target_link_url: ({ key, link }) => (key === "link_unsubscribe" ? undefined : link.url),
};

const envelopeSender = (message: Message): string => `bounce-${message.orderNumber}@mail.example.net`;

const isOfClient = (key: EventKey): boolean => {
  const { eventClass } = eventDefinitions[key];
  return eventClass === "track_event" || eventClass === "unsubscribe_event";
};

const failureOf = (key: EventKey, random: Random): FailureResponse | undefined => {
  if (key === "delay") return random.pick(temporaryFailures);
  if (key === "bounce" || key === "out_of_band") return random.pick(permanentFailures);
  return undefined;
};

interface BuildOptions {
  readonly happening: Happening;
  readonly eventId: string;
  readonly customerId: string;
  readonly random: Random;
}

/** Event that reports a happening. */
export const buildEvent = ({ happening, eventId, customerId, random }: BuildOptions): EventEnvelope => {
  const { key } = happening;
  const source = { ...happening, eventId, customerId, link: random.pick(links), failure: failureOf(key, random) };
  const body: Partial<Record<FieldName, JsonValue>> = {};
  for (const name of generatedFields(key)) body[name] = values[name]?.(source) ?? sampleValue(key, name);
  return envelope(eventDefinitions[key].eventClass, body);
};
