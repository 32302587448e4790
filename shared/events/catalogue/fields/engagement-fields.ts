import type { EventFields } from "../field.ts";

/** The recipient's client and what it fetched. */
export const engagementFields = {
  user_agent: {
    type: "string",
    sampleValue: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
    origin: "on_premises",
    description: "User-Agent header of the recipient's client, or of a proxy in between.",
  },
  user_agent_parsed: {
    type: "object",
    sampleValue: {
      agent_family: "Apple Mail",
      device_brand: "Apple",
      device_family: "Mac",
      os_family: "Mac OS X",
      os_version: "10.15.7",
      is_mobile: false,
      is_proxy: false,
      is_prefetched: false,
    },
    origin: "2026",
    description: "The client in parts. is_proxy and is_prefetched mark requests that no reader made.",
  },
  accept_language: {
    type: "string",
    sampleValue: "en-us",
    origin: "on_premises",
    description: "Accept-Language header of the client.",
  },
  target_link_url: {
    type: "string",
    sampleValue: "https://example.net/a",
    origin: "on_premises",
    description: "Where the followed link leads.",
  },
  target_link_name: {
    type: "string",
    sampleValue: "cta",
    origin: "on_premises",
    description: "Name that the sender gave the link.",
  },
  geo_ip: {
    type: "object",
    sampleValue: {
      country: "NL",
      region: "NH",
      city: "Amsterdam",
      latitude: 52.37,
      longitude: 4.89,
      zip: 1012,
      postal_code: "1012",
    },
    origin: "2016",
    description:
      "Place of the client's IP address. Prefer postal_code, a string, to zip, a number; either may be absent.",
  },
  mailbox_provider: {
    type: "string",
    sampleValue: "Gmail",
    origin: "2026",
    description: "Provider of the recipient's mailbox.",
  },
  mailbox_provider_region: {
    type: "string",
    sampleValue: "Global",
    origin: "2026",
    description: "Region that the provider serves.",
  },
} as const satisfies EventFields;
