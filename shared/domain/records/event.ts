import type { EventSpan } from "./event-span.ts";

/** An event, and what routing needs to know of it. */
export interface Event extends EventSpan {
  /** The `type` field inside the event's class. */
  readonly type: string;
  /** The `customer_id` field, if there is one. */
  readonly customerId: string | undefined;
  /** The `subaccount_id` field, if there is one. */
  readonly subaccountId: string | undefined;
}
