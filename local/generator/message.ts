import type { JsonObject } from "#shared/events/catalogue/field.ts";
import { campaigns, firstNames, lastNames, mailboxProviders, places, tagLists, userAgents } from "./population.ts";
import { type Random, scramble } from "./random.ts";

/** A message that never was, and its recipient: what its events have in common. */
export interface Message {
  readonly messageId: string;
  readonly transmissionId: string;
  readonly campaign: (typeof campaigns)[number];
  readonly provider: (typeof mailboxProviders)[number];
  readonly firstName: string;
  /** Recipient's address as the sender wrote it. */
  readonly address: string;
  readonly tags: readonly string[];
  readonly orderNumber: number;
  readonly sizeBytes: number;
  /** Which of the sender's nodes and IP addresses sent it. */
  readonly lane: number;
  readonly clientIp: string;
  readonly userAgent: string;
  readonly place: JsonObject;
  readonly injectedAt: number;
}

interface MessageOptions {
  readonly random: Random;
  readonly seed: number;
  /** Position in the run, which makes the message's id its own. */
  readonly index: number;
  readonly injectedAt: number;
}

/** Invents a message. `injectedAt` is Unix time in milliseconds. */
export const createMessage = ({ random, seed, index, injectedAt }: MessageOptions): Message => {
  const campaign = random.pick(campaigns);
  const provider = random.pick(mailboxProviders);
  const firstName = random.pick(firstNames);
  return {
    messageId: `0000${hex(scramble(seed))}${hex(index)}`,
    transmissionId: `7041${scramble(seed)}${campaigns.indexOf(campaign)}`,
    campaign,
    provider,
    firstName,
    address: `${firstName}.${random.pick(lastNames)}${random.integer(1, 999)}@${provider.domain}`,
    tags: random.pick(tagLists),
    orderNumber: random.integer(10_000, 99_999),
    sizeBytes: random.integer(2_000, 60_000),
    lane: random.integer(1, 4),
    clientIp: `198.51.100.${random.integer(100, 250)}`,
    userAgent: random.pick(userAgents),
    place: random.pick(places),
    injectedAt,
  };
};

const hex = (value: number): string => value.toString(16).padStart(8, "0");
