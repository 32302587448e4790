import * as z from "zod";
import { eventKey, updateWebhookRequest } from "./webhook-request.ts";

/** What a webhook needs for its POSTs. */
const settingsFields = updateWebhookRequest.pick({
  target: true,
  auth_type: true,
  auth_request_details: true,
  auth_credentials: true,
  auth_token: true,
  custom_headers: true,
  signing: true,
  compression: true,
});

/** Body of `POST /webhooks/probe`. Other fields of a webhook are ignored. */
export const probeRequest = settingsFields.extend({
  webhook_id: z.uuid().exactOptional(),
  sample_events: z.array(eventKey).min(1, "must name at least one event type").exactOptional(),
});
