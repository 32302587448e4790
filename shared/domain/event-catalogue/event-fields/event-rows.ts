import type { EventKey } from "../event-key.ts";
import { engagementRows } from "./engagement-rows.ts";
import type { EventRow } from "./event-row.ts";
import { messageRows } from "./message-rows.ts";
import { requestRows } from "./request-rows.ts";
import { systemRows } from "./system-rows.ts";

/** Fields of every event by origin. */
export const eventRows: Readonly<Record<EventKey, EventRow>> = {
  ...messageRows,
  ...engagementRows,
  ...requestRows,
  ...systemRows,
};
