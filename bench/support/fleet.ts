import { callerAnswer } from "#shared/contract/api/api-key.ts";
import { type FilledFleet, fillFleet } from "../../test/support/fill-fleet.ts";
import type { OpenTidepost } from "../../test/support/open-tidepost.ts";

/** Puts webhooks of the customer whose key a system is called with into its tables. */
export const fillOwnFleet = async (system: OpenTidepost, webhooks: number): Promise<FilledFleet> => {
  const { text } = await system.call("GET", "/v1/whoami");
  const { customer_id: customerId } = callerAnswer.parse(JSON.parse(text)).results;
  return await fillFleet({ dynamodb: system.clients.dynamodb, tables: system.created.tables, customerId, webhooks });
};
