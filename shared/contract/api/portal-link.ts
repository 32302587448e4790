import * as z from "zod";
import { maxListEntries, portalLinkSeconds, portalSessionSeconds } from "../limits.ts";
import { portalGrants, portalLinkStates } from "../words.ts";
import { type Answer, atMost, displayNote, displayText, id, limit, nextCursor, note, results, time } from "./common.ts";

const portalGrant = z.enum(portalGrants).meta({
  id: "PortalGrant",
  description: "What a portal session may do. `webhooks/modify` includes `webhooks/view`.",
});

const label = displayText.meta(displayNote("Whom the link is for. It names who made a change.", "Ann at customer 2"));

const wantedGrants = atMost(
  maxListEntries,
  "entries",
  z
    .array(portalGrant)
    .min(1, "must contain at least one grant")
    .overwrite((list) => [...new Set(list)]),
).meta(
  note("What the session may do: nothing that the calling key may not.", {
    maxItems: maxListEntries,
    examples: [["webhooks/view"]],
  }),
);

const seconds = (description: string, { min, max, byDefault }: Readonly<Record<"min" | "max" | "byDefault", number>>) =>
  z
    .int()
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
    .default(byDefault)
    .meta({ description, examples: [byDefault] });

const maxSubaccount = 2_147_483_647;

/** Body of `POST /portal-links`. Unknown fields are ignored. */
export const createPortalLinkRequest = z
  .object({
    label,
    grants: wantedGrants,
    subaccount_id: z
      .int()
      .min(0, "must be at least 0")
      .max(maxSubaccount, `must be at most ${maxSubaccount}`)
      .exactOptional()
      .meta({
        description:
          "Sub-account that the session is bound to; 0 is the primary account alone. Absent: what `X-MSYS-SUBACCOUNT` says, " +
          "else the primary account and all sub-accounts.",
        examples: [7],
      }),
    open_within_seconds: seconds("Time in which the link must be opened.", portalLinkSeconds),
    session_seconds: seconds("Time that the session lasts, from when the link is opened.", portalSessionSeconds),
  })
  .meta({ id: "NewPortalLink" });

/** Query of `GET /portal-links`. */
export const portalLinksQuery = z.object({
  limit: limit({ max: 100, byDefault: 20, what: "links" }),
  cursor: z.string().exactOptional().meta({ description: "`next_cursor` of the previous page." }),
});

/** Body of `POST /portal/session`. */
export const openPortalLinkRequest = z
  .object({
    token: z
      .string()
      .min(1, "must not be empty")
      .max(200, "must have at most 200 characters")
      .meta({
        description: "What stands behind `#portal=` in the link.",
        examples: [`5b0f6c10-3c1d-4aee-9a2f-0242ac120002.${"A".repeat(43)}`],
      }),
  })
  .meta({ id: "PortalToken" });

const link = z.object({
  id: id("Id of the link and of its session."),
  label,
  grants: z.array(portalGrant).meta({ description: "What the session may do." }),
  subaccount_id: z.int().min(0).exactOptional().meta({
    description: "Sub-account that the session is bound to. Absent: the primary account and all sub-accounts.",
  }),
  state: z.enum(portalLinkStates).meta({
    id: "PortalLinkState",
    description: "Expired: nobody opened it in time. Ended: its session has, by time or by signing out.",
  }),
  created_at: time("When it was made."),
  key_id: id("Id of the API key that made it."),
  open_until: time("When it can be opened for the last time."),
  session_seconds: z.int().meta({ description: "Time that the session lasts, from when the link is opened." }),
  opened_at: time("When it was opened; absent when it was not.").exactOptional(),
  session_ends_at: time("When its session ends, or has ended.").exactOptional(),
});
const shownLink = link.meta({ id: "PortalLink" });
export const issuedPortalLink = link
  .extend({
    url: z.string().meta({ description: "The link. No other answer ever shows it.", format: "uri" }),
  })
  .meta({ id: "IssuedPortalLink" });

const session = z
  .object({
    id: id("Id of the session and of its link: what `X-Tidepost-Portal` says."),
    label: z.string().meta({ description: "Whom the link was made for." }),
    customer_id: z.string().meta({ description: "Whose webhooks the session sees." }),
    subaccount_id: link.shape.subaccount_id,
    grants: link.shape.grants,
    ends_at: time("When the session ends."),
    version: z.string().meta({ description: "Version of Tidepost that answers." }),
    server_time: time("Its clock."),
    batch_window_seconds: z
      .number()
      .min(0)
      .meta({ description: "How long events are collected at most before they go out as a batch.", examples: [30] }),
    max_keep_bodies_days: z
      .int()
      .min(0)
      .exactOptional()
      .meta({ description: "Most days that a webhook may keep delivered bodies; 0: none may." }),
  })
  .meta({ id: "PortalSession" });

export const createPortalLinkAnswer = results(issuedPortalLink);
export const portalLinksAnswer = z.object({ results: z.array(shownLink), next_cursor: nextCursor });
export const portalSessionAnswer = results(session);

export type PortalLink = Answer<typeof shownLink>;
export type PortalSession = Answer<typeof session>;
