import type { Webhook } from "#shared/contract/api/webhook.ts";
import { healthEventKeys } from "#shared/contract/words.ts";
import { isolated } from "#shared/text/plain.ts";

/** How a webhook's POSTs authenticate. */
export const authText = ({
  auth_type: type,
  auth_token: token,
  auth_credentials: { username = "" },
  auth_request_details: { url = "" },
}: Pick<Webhook, "auth_type" | "auth_token" | "auth_credentials" | "auth_request_details">): string => {
  const further = {
    none: token === "" ? "None" : "",
    basic: `Basic, user ${isolated(username)}`,
    oauth2: `OAuth 2.0, token from ${isolated(url)}`,
  }[type];
  if (token === "") return further;
  return further === "" ? "Token header" : `${further}, token header`;
};

/** What a webhook of all types takes: events about webhooks are not among them unless it names them. */
export const allTypesText = ({ events }: Pick<Webhook, "events">): string => {
  const named = healthEventKeys.filter((key) => events.includes(key));
  return `All, also future ones; of those about webhooks ${named.length === 0 ? "none" : `only ${named.join(", ")}`}`;
};
