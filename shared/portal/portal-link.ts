import type { Subaccount } from "#shared/webhooks/subaccount.ts";
import type { PortalGrant, PortalLinkState } from "#shared/contract/words.ts";

/** A portal link that nobody has opened. Times are Unix milliseconds. */
export interface NewPortalLink {
  readonly linkId: string;
  readonly customerId: string;
  readonly subaccount: Subaccount;
  readonly label: string;
  readonly grants: readonly PortalGrant[];
  /** Id of the API key that made it. */
  readonly keyId: string;
  /** SHA-256 of the token's secret in hex. */
  readonly tokenHash: string;
  readonly createdAt: number;
  /** The last moment at which it can be opened. */
  readonly openUntil: number;
  readonly sessionMs: number;
}

/** A portal link with the session that it was opened to: one item, so that both end at once. */
export interface PortalLink extends NewPortalLink {
  readonly session?: {
    /** SHA-256 of the session's secret in hex. */
    readonly hash: string;
    readonly openedAt: number;
    /** When it ends; in the past when somebody has signed out. */
    readonly endsAt: number;
  };
}

/** A page of a customer's links, newest first. */
export interface PortalLinkPage {
  readonly links: readonly PortalLink[];
  /** Where the next page begins; absent when nothing follows. */
  readonly next?: string;
}

/** Portal links with their sessions. */
export interface PortalLinkStore {
  readonly create: (link: NewPortalLink) => Promise<void>;
  /** A link as it is now, whoever it belongs to. */
  readonly find: (linkId: string) => Promise<PortalLink | undefined>;
  /** Opens a link; false, and nothing changed, when it was opened before, is revoked, or has another token. */
  readonly open: (link: PortalLink, session: NonNullable<PortalLink["session"]>) => Promise<boolean>;
  /** Ends a link's session (`at`: Unix milliseconds); does nothing when it is gone or has ended. */
  readonly endSession: (linkId: string, at: number) => Promise<void>;
  /** Links of a customer, those past their time to live left out (`now`, Unix milliseconds). A page may be short. */
  readonly list: (
    customerId: string,
    query: {
      readonly subaccount: Subaccount;
      readonly limit: number;
      readonly after?: string | undefined;
      readonly now: number;
    },
  ) => Promise<PortalLinkPage>;
  /** Deletes a link of a customer with its session; false when it is gone already. */
  readonly remove: (customerId: string, linkId: string) => Promise<boolean>;
}

/** Where a link stands at a time (Unix milliseconds). */
export const portalLinkState = ({ openUntil, session }: PortalLink, now: number): PortalLinkState => {
  if (session === undefined) return now <= openUntil ? "unopened" : "expired";
  return now < session.endsAt ? "open" : "ended";
};
