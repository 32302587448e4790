import type { JsonObject } from "#shared/events/catalogue/field.ts";

/** What a generated message and its recipient are chosen from. Names, domains and addresses are reserved for examples. */
export const firstNames = ["Ann", "Bram", "Chiara", "Dev", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas"] as const;
export const lastNames = ["Okafor", "Lind", "Moreau", "Patel", "Rossi", "Sato", "Visser", "Weber"] as const;

export const mailboxProviders = [
  { domain: "example.org", host: "203.0.113.25" },
  { domain: "example.com", host: "203.0.113.87" },
  { domain: "mail.example", host: "192.0.2.44" },
  { domain: "inbox.example", host: "192.0.2.181" },
] as const;

export const campaigns = [
  { id: "spring-sale", subject: "Everything green is 20% off", templateId: "sale-2", stream: "marketing" },
  { id: "welcome", subject: "Welcome aboard", templateId: "welcome-1", stream: "lifecycle" },
  { id: "order-updates", subject: "Your order is on its way", templateId: "order-shipped", stream: "transactional" },
  { id: "weekly-digest", subject: "Five things you missed this week", templateId: "digest-7", stream: "marketing" },
] as const;

export const tagLists: readonly [readonly string[], ...(readonly string[])[]] = [[], ["vip"], ["eu"], ["vip", "eu"]];

export const userAgents = [
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
] as const;

export const places: readonly [JsonObject, ...JsonObject[]] = [
  { country: "NL", region: "NH", city: "Amsterdam", latitude: 52.37, longitude: 4.89, postal_code: "1012" },
  { country: "US", region: "CO", city: "Denver", latitude: 39.74, longitude: -104.99, postal_code: "80202" },
  { country: "DE", region: "BE", city: "Berlin", latitude: 52.52, longitude: 13.41, postal_code: "10115" },
];

export const links = [
  { name: "cta", url: "https://shop.example.net/offers?ref=mail" },
  { name: "logo", url: "https://www.example.net/" },
  { name: "account", url: "https://www.example.net/account/orders" },
] as const;

export interface FailureResponse {
  readonly bounceClass: string;
  readonly errorCode: string;
  /** `<>` stands for the recipient's address. */
  readonly text: string;
}

export const permanentFailures: readonly [FailureResponse, ...FailureResponse[]] = [
  { bounceClass: "10", errorCode: "550", text: "550 5.1.1 <> no such user" },
  { bounceClass: "30", errorCode: "550", text: "550 5.2.1 <> mailbox is disabled" },
  { bounceClass: "51", errorCode: "554", text: "554 5.7.1 message looks like spam" },
];

export const temporaryFailures: readonly [FailureResponse, ...FailureResponse[]] = [
  { bounceClass: "22", errorCode: "452", text: "452 4.2.2 <> mailbox is full" },
  { bounceClass: "70", errorCode: "421", text: "421 4.7.0 too many connections, try later" },
  { bounceClass: "20", errorCode: "451", text: "451 4.3.0 temporary local problem" },
];
