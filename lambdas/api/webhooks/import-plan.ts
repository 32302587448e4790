import { isDeepStrictEqual } from "node:util";
import { maxChangedValueCharacters, maxNameCharacters } from "#shared/contract/limits.ts";
import { beginningOf } from "#shared/text/cut.ts";
import type { DeliverySettings } from "#shared/webhooks/settings.ts";
import { maskSecret } from "#shared/webhooks/mask-secret.ts";
import type { Webhook } from "#shared/webhooks/webhook.ts";
import { contentView } from "./content.ts";
import { type ImportEntry, importedSettings } from "#shared/contract/api/import.ts";
import type { UpdateWebhookRequest } from "#shared/contract/api/webhook.ts";

/** How one field of a webhook changes, in the API's words. Secrets are masked. */
type FieldChange =
  | {
      readonly field: "name" | "target" | "events_mode" | "auth_token" | (typeof importedSettings)[number];
      readonly from: string;
      readonly to: string;
    }
  | { readonly field: "events"; readonly added: readonly string[]; readonly removed: readonly string[] }
  | {
      readonly field: "custom_headers";
      readonly added: readonly string[];
      readonly changed: readonly string[];
      readonly removed: readonly string[];
    };

/** What an import does about one entry of the file or one registered webhook. */
export type PlanRow =
  | { readonly kind: "add"; readonly position: number; readonly entry: ImportEntry; readonly name: string }
  | {
      readonly kind: "change";
      readonly position: number;
      readonly webhook: Webhook;
      readonly changes: readonly FieldChange[];
      readonly update: UpdateWebhookRequest;
    }
  | { readonly kind: "same"; readonly position: number; readonly webhook: Webhook }
  | { readonly kind: "remove" | "only_registered"; readonly webhook: Webhook };

/** A registered webhook with the secrets that the file's are compared with. */
export interface RegisteredWebhook {
  readonly webhook: Webhook;
  readonly settings: DeliverySettings;
}

/** Compares the file with what is registered: one row for each entry, then one for each webhook without an entry. */
export const planImport = (input: {
  readonly entries: readonly ImportEntry[];
  /** The webhook of each entry, by position. */
  readonly matches: readonly (RegisteredWebhook | undefined)[];
  readonly webhooks: readonly Webhook[];
  readonly prune: boolean;
}): readonly PlanRow[] => {
  const { entries, matches, webhooks, prune } = input;
  const matched = new Set(matches.map((match) => match?.webhook.webhookId));
  const rows = entries.map((entry, position): PlanRow => {
    const registered = matches[position];
    return registered === undefined
      ? { kind: "add", position, entry, name: nameOfEntry(entry) }
      : compare(entry, position, registered);
  });
  const others = webhooks
    .filter(({ webhookId }) => !matched.has(webhookId))
    .map((webhook): PlanRow => ({ kind: prune ? "remove" : "only_registered", webhook }));
  return [...rows, ...others];
};

/** Name under which an entry's webhook is created: an entry without one takes the target's host. */
export const nameOfEntry = ({ name, target: url }: ImportEntry): string =>
  name ?? new URL(url).host.slice(0, maxNameCharacters);

/** What the file says nothing about (`auth_type`, `signing`, sub-accounts, what an entry leaves out) stays as it is. */
const compare = (entry: ImportEntry, position: number, { webhook, settings }: RegisteredWebhook): PlanRow => {
  const changes: FieldChange[] = [];
  const update: UpdateWebhookRequest = {};
  if (typeof entry.name === "string" && entry.name !== webhook.name) {
    changes.push({ field: "name", from: webhook.name, to: entry.name });
    update.name = entry.name;
  }
  if (entry.target !== settings.target) {
    changes.push({ field: "target", from: settings.target, to: entry.target });
    update.target = entry.target;
  }
  if (webhook.eventsMode !== entry.events_mode) {
    changes.push({ field: "events_mode", from: webhook.eventsMode, to: entry.events_mode });
    update.events_mode = entry.events_mode;
  }
  const wanted: ReadonlySet<string> = new Set(entry.events);
  const added = entry.events.filter((event) => !webhook.events.includes(event));
  const removed = webhook.events.filter((event) => !wanted.has(event));
  // A webhook that takes all keeps its list, for which nobody asks.
  if (entry.events_mode === "selected" && added.length + removed.length > 0) {
    changes.push({ field: "events", added, removed });
    update.events = [...entry.events];
  }
  if (entry.auth_token !== settings.authToken) {
    const [from, to] = [maskSecret(settings.authToken), maskSecret(entry.auth_token)];
    changes.push({ field: "auth_token", from, to });
    update.auth_token = entry.auth_token;
  }
  const stored = {
    active: webhook.active,
    batch_size: webhook.batchSize,
    max_batch_bytes: webhook.maxBatchBytes,
    compression: settings.compression ?? "none",
    ...contentView(webhook),
  };
  for (const field of importedSettings) {
    const value = field === "mask" && entry.mask === null ? [] : entry[field];
    // No mask and an empty one are the same.
    const wantedValue = field === "mask" ? (value ?? []) : value;
    if (value === undefined || isDeepStrictEqual(wantedValue, stored[field])) continue;
    changes.push({ field, from: shownSetting(stored[field]), to: shownSetting(wantedValue) });
    Object.assign(update, { [field]: value });
  }
  const headers = compareHeaders(settings.customHeaders, entry.custom_headers);
  if (headers !== undefined) {
    changes.push(headers);
    update.custom_headers = entry.custom_headers;
  }
  return changes.length === 0
    ? { kind: "same", position, webhook }
    : { kind: "change", position, webhook, changes, update };
};

/** A setting in a plan. It is cut where it is long, because a plan of many filters would not fit into an answer. */
export const shownSetting = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > maxChangedValueCharacters ? `${beginningOf(text, maxChangedValueCharacters)}…` : text;
};

type Headers = Readonly<Record<string, string>>;

const compareHeaders = (before: Headers, after: Headers): FieldChange | undefined => {
  const isIn = (headers: Headers) => (name: string) => Object.hasOwn(headers, name);
  const [old, now] = [Object.keys(before), Object.keys(after)];
  const added = now.filter((name) => !isIn(before)(name));
  const removed = old.filter((name) => !isIn(after)(name));
  const changed = now.filter((name) => isIn(before)(name) && before[name] !== after[name]);
  const isSame = added.length + removed.length + changed.length === 0;
  return isSame ? undefined : { field: "custom_headers", added, changed, removed };
};

/** What matching looks at in a registered webhook. */
interface Registered {
  readonly webhookId: string;
  readonly name: string;
  readonly target: string;
}

/** Entries (by position) and webhooks (by id) that could each stand for the other. */
export interface Ambiguity {
  readonly entries: readonly number[];
  readonly webhookIds: readonly string[];
}

interface Matching {
  /** Id of the webhook that each entry stands for, by position; undefined where there is none yet. */
  readonly matches: readonly (string | undefined)[];
  /** Where it cannot be told. Nothing may be applied while there is any. */
  readonly ambiguities: readonly Ambiguity[];
}

/** What matching looks at in an entry: its name is absent when the file has none. */
interface Candidate {
  readonly position: number;
  readonly name: string | undefined;
  readonly target: string;
}

type KeyOf = (item: { readonly name: string | undefined; readonly target: string }) => string | undefined;

const byNameAndTarget: KeyOf = ({ name, target }) => (name === undefined ? undefined : JSON.stringify([name, target]));
const byName: KeyOf = ({ name }) => name;
const byTarget: KeyOf = ({ target }) => target;

/**
 * Finds the registered webhook of each entry: first those that agree in name and target, then by name, then by target. A
 * webhook stands for one entry at most, and nothing is guessed.
 */
export const matchEntries = (entries: readonly ImportEntry[], registered: readonly Registered[]): Matching => {
  const twins = findTwins(entries);
  if (twins.length > 0) return { matches: [], ambiguities: twins };
  const matches: (string | undefined)[] = entries.map(() => undefined);
  const ambiguities: Ambiguity[] = [];
  let open: readonly Candidate[] = entries.map(({ name, target }, position) => {
    return { position, name: name ?? undefined, target };
  });
  let free = registered;
  for (const keyOf of [byNameAndTarget, byName, byTarget]) {
    const freeByKey = Map.groupBy(free, keyOf);
    for (const [key, candidates] of Map.groupBy(open, keyOf)) {
      const found = key === undefined ? [] : (freeByKey.get(key) ?? []);
      const [candidate, ...otherCandidates] = candidates;
      const [webhook, ...otherWebhooks] = found;
      if (candidate === undefined || webhook === undefined) continue;
      const positions = candidates.map(({ position }) => position);
      if (otherCandidates.length === 0 && otherWebhooks.length === 0) matches[candidate.position] = webhook.webhookId;
      else ambiguities.push({ entries: positions, webhookIds: found.map(({ webhookId }) => webhookId) });
      const settled = new Set(positions);
      open = open.filter(({ position }) => !settled.has(position));
      free = free.filter((item) => !found.includes(item));
    }
  }
  return { matches, ambiguities };
};

/** Entries that would make webhooks of the same name and target, which the next run could not tell apart. */
const findTwins = (entries: readonly ImportEntry[]): readonly Ambiguity[] => {
  const numbered = entries.map((entry, position) => ({ entry, position }));
  const groups = Map.groupBy(numbered, ({ entry }) => JSON.stringify([nameOfEntry(entry), entry.target]));
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({ entries: group.map(({ position }) => position), webhookIds: [] }));
};

/** A webhook as matching sees it. */
export const registeredOf = ({ webhookId, name, maskedSettings }: Webhook): Registered => ({
  webhookId,
  name,
  target: maskedSettings.target,
});
