import type { FieldPath, Filter } from "#shared/contract/api/webhook-filter.ts";
import type { FieldSelection } from "#shared/contract/api/webhook-selection.ts";
import type { ChangeAction, DifferenceKind, EventsMode } from "#shared/contract/words.ts";
import type { Breaker } from "#shared/delivery/breaker.ts";
import type { Turns } from "#shared/delivery/turns.ts";
import type { DeliverySettings } from "./settings.ts";

/** What routing needs to know of a webhook. */
export interface Subscription {
  readonly webhookId: string;
  readonly customerId: string;
  readonly active: boolean;
  readonly eventsMode: EventsMode;
  /** Event keys; ignored when `eventsMode` is `all`. */
  readonly events: readonly string[];
  /** Absent: primary account and all sub-accounts. `0`: primary account only. Otherwise that sub-account. */
  readonly subaccountId?: number;
  /** Sub-accounts left out of a webhook for the primary account and all sub-accounts. */
  readonly exceptionSubaccounts?: readonly number[];
  /** What events must say; absent: whatever. */
  readonly filter?: Filter;
  /** Which of their fields it gets; absent: all. */
  readonly fields?: FieldSelection;
  /** Fields whose values are hashed; absent: none. */
  readonly mask?: readonly FieldPath[];
  /** A secret by which they are hashed, made when it is first needed, and never changed. */
  readonly maskKey?: string;
  readonly batchSize: number;
  readonly maxBatchBytes: number;
  /** Rises with every change; part of a batch's id, so that a re-run after a change makes other batches. */
  readonly revision: number;
  /** Which delivery settings its batches carry. */
  readonly settingsRevision: number;
  /** What these settings say of bodies. */
  readonly maskedSettings: Pick<DeliverySettings, "compression">;
  /** Absent while no attempt has failed. */
  readonly breaker?: Breaker;
}

/** Which events a webhook takes, and what of them. */
export type EventRules = Pick<
  Subscription,
  "eventsMode" | "events" | "subaccountId" | "exceptionSubaccounts" | "filter" | "fields" | "mask"
>;

/** Rules that look into events. */
export type ContentRules = Pick<Subscription, "filter" | "fields" | "mask" | "maskKey">;

/** Rules that held for the revisions from `since` until before `until`. */
export interface PastRules extends EventRules {
  readonly since: number;
  readonly until: number;
  /** ISO 8601. */
  readonly endedAt: string;
}

/** A registered webhook. */
export interface Webhook extends Subscription {
  readonly name: string;
  /** For how many days the bodies of delivered batches are kept; absent: not at all. */
  readonly keepBodiesDays?: number;
  /** Secrets masked: the real ones are read by delivery alone. */
  readonly maskedSettings: DeliverySettings;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** When it was last paused or resumed; absent when it never was. */
  readonly activeChangedAt?: string;
  /** When it was last moved to another sub-account (ISO 8601): batches of before may hold events of others. Absent: never. */
  readonly subaccountSince?: string;
  /** ISO 8601 time of the last delivered batch. */
  readonly lastSuccessful?: string;
  /** ISO 8601 time of the last failed attempt. */
  readonly lastFailure?: string;
  /** Since when (ISO 8601) batches are delivered as they come; absent after a failed attempt, and before the first batch. */
  readonly healthySince?: string;
  /** Revision since which its present rules hold; absent at a webhook that no version with past rules has written. */
  readonly rulesSince?: number;
  /** Earlier rules, oldest first, as long as the stream may hold what was routed by them: batches are formed again by them. */
  readonly pastRules?: readonly PastRules[];
  /** SHA-256 of the request that created it, when that came with an idempotency key. */
  readonly creationHash?: string;
  /** The change that it is as it is by; absent at a webhook that no version with changes has written. */
  readonly lastChange?: WebhookChange;
}

/** A value of a field as it is shown: text is cut, and what is neither text, number, switch nor list of them is JSON. */
export type FieldValue = string | number | boolean | readonly (string | number)[];

/** How one field differs, in the API's words. Of a secret there is no value. */
export interface FieldDifference {
  readonly field: string;
  readonly kind: DifferenceKind;
  readonly from?: FieldValue;
  readonly to?: FieldValue;
}

/** Who makes a change: an API key or a portal link by its id, and its label of that time; neither where the authorizer did not say. */
export interface Author {
  readonly keyId?: string;
  readonly portalLinkId?: string;
  readonly keyLabel?: string;
  /** The change is a row of an import. */
  readonly imported?: true;
}

/** A change of a webhook that was made. */
export interface WebhookChange extends Author {
  /** Revision that the change made of the webhook. */
  readonly revision: number;
  /** ISO 8601. */
  readonly at: string;
  readonly action: ChangeAction;
  readonly fields: readonly FieldDifference[];
  /** Whoever wants to know of changes by event has not been told of it. */
  readonly untold?: true;
  /** Fields that also differ, and for which there was no room. */
  readonly omitted?: number;
}

/** Delivery settings of one webhook at one revision. Immutable: a change writes another revision. */
export interface SettingsRevision {
  readonly webhookId: string;
  readonly revision: number;
  readonly settings: DeliverySettings;
}

/** What delivery looks at before it makes an attempt. */
export interface WebhookHealth {
  readonly active: boolean;
  /** Its present delivery settings; a batch may carry older ones. */
  readonly settingsRevision: number;
  readonly breaker: Breaker;
  /** Rises with every change of the breaker. */
  readonly breakerRevision: number;
  /** How long its target has recently taken for a POST, milliseconds; absent before the first answer. */
  readonly answerMs?: number;
  readonly turns: Turns;
  /** Rises with every change of the turns. */
  readonly turnsRevision: number;
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly keepBodiesDays?: number;
  readonly subaccountId?: number;
  readonly told: Told;
  /** Rises with every change of what was told. */
  readonly toldRevision: number;
}

/** What a webhook remembers of an attempt. */
export interface AttemptNote {
  /** Recovery: a batch was delivered that had waited. */
  readonly kind: "success" | "recovery" | "failure";
  /** When it ended, ISO 8601. */
  readonly at: string;
  /** How long the target takes for a POST, milliseconds, if known. */
  readonly answerMs?: number | undefined;
}

/** What events have told of a webhook. Times are Unix milliseconds. */
export interface Told {
  /** Since when it was failing by the last event, which no event of its recovery has followed. */
  readonly failingSince?: number;
  /** When an event last told that it is failing. */
  readonly failingAt?: number;
  /** When an event last told that one of its batches is at risk. */
  readonly riskAt?: number;
  /** Until when somebody may be about to tell something. */
  readonly busyUntil?: number;
}
