import type { EventField } from "./field.ts";
import { deliveryFields } from "./fields/delivery-fields.ts";
import { engagementFields } from "./fields/engagement-fields.ts";
import { healthFields } from "./fields/health-fields.ts";
import { identityFields } from "./fields/identity-fields.ts";
import { messageFields } from "./fields/message-fields.ts";
import { smsFields } from "./fields/sms-fields.ts";
import { systemFields } from "./fields/system-fields.ts";

const fields = {
  ...identityFields,
  ...messageFields,
  ...deliveryFields,
  ...engagementFields,
  ...smsFields,
  ...systemFields,
  ...healthFields,
};

export type FieldName = keyof typeof fields;

/** Every field that a delivered event may carry, by name. */
export const fieldDictionary: Readonly<Record<FieldName, EventField>> = fields;
