import { isDeepStrictEqual } from "node:util";
import {
  type DeliverySettings,
  type Signing,
  maskSettings,
  maxSigningSecrets,
  rotateSecret,
  secretsAt,
} from "#shared/webhooks/settings.ts";
import { DependencyError, parseJson, validate, errors } from "#shared/errors.ts";
import { rememberRules } from "#shared/webhooks/past-rules.ts";
import { isMask } from "#shared/webhooks/mask-secret.ts";
import { changeBetween, deletion } from "#shared/webhooks/changes.ts";
import type { Author, Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps, Request, Answered, Done } from "../deps.ts";
import { authorOf, keepLastChange } from "./changes.ts";
import { contentRules } from "./content.ts";
import { noteSubscriber, tellLastChange, toBeTold } from "./tell-change.ts";
import { findOwn, findWebhook, requireMatch, validateLink, webhookNotFound } from "./read.ts";
import {
  type NewSecret,
  keepingOf,
  newSecretView,
  putSettings,
  requireEvents,
  requireFittingSubaccounts,
  retireSettings,
  maskedValue,
  secretInUse,
  wantedSettings,
} from "./settings.ts";
import { type UpdateWebhookRequest, rotateSecretRequest } from "#shared/contract/api/webhook.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import { needsTestPost } from "#shared/text/test-post.ts";
import { withoutNulls } from "../without-nulls.ts";
import { readWebhookChange } from "./requests.ts";
import { giveRoomBack, replaceInRoom } from "./room.ts";
import { beginTestsWithinMs, requireTestPost } from "./test-post.ts";

/** A change or a deletion that somebody asks for. */
interface Asked {
  readonly webhook: Webhook;
  readonly by: Author;
  /** For whom its author acts: what another request moves to others meanwhile is as absent as none. */
  readonly subaccount: Subaccount;
}

/** A webhook and the settings that its batches are delivered with, secrets included. */
interface WebhookWithSettings {
  readonly webhook: Webhook;
  readonly settings: DeliverySettings;
}

const hourMs = 60 * 60 * 1_000;
/** How often a change is made again when another one was faster. */
const maxTries = 5;
/** How often a webhook is deleted that others change meanwhile: each change is kept before it goes. */
const maxDeletions = 20;

/**
 * Changes one webhook. Of two changes at the same time neither is lost: the second is made again to what the first has
 * stored. `change` may throw to refuse; its revisions and masked settings are filled in here. What changes nothing writes nothing.
 */
const changeWebhook = async (
  deps: ApiDeps,
  input: Asked & { readonly rotates?: boolean },
  change: (stored: WebhookWithSettings) => WebhookWithSettings | Promise<WebhookWithSettings>,
): Promise<WebhookWithSettings> => {
  const { by, subaccount, rotates = false } = input;
  let current = input.webhook;
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const { webhookId, customerId, revision, settingsRevision: settingsBefore } = current;
    const stored = await deps.settings.find(webhookId, settingsBefore);
    if (stored === undefined) throw new DependencyError("The delivery settings of a webhook are gone");
    const wanted = await change({ webhook: current, settings: stored });
    const { settings } = wanted;
    const keepsSettings = isDeepStrictEqual(settings, stored);
    if (keepsSettings && isDeepStrictEqual(wanted.webhook, current)) {
      await tellLastChange(deps, current);
      return { webhook: current, settings };
    }
    await noteSubscriber(deps, wanted.webhook);
    const settingsRevision = keepsSettings
      ? settingsBefore
      : await putSettings(deps, { webhookId, after: settingsBefore, settings });
    const at = deps.now();
    const now = new Date(at).toISOString();
    const { pastRules: _pastRules, ...kept } = wanted.webhook;
    // Routing uses definitions of up to a minute ago.
    const keptMs = (deps.retentionHours + 1) * hourMs;
    const changed: Webhook = {
      ...kept,
      ...rememberRules(current, kept, { revision: revision + 1, at, keptMs }),
      ...(wanted.webhook.active === current.active ? {} : { activeChangedAt: now }),
      ...(wanted.webhook.subaccountId === current.subaccountId ? {} : { subaccountSince: now }),
      maskedSettings: maskSettings(settings),
      revision: revision + 1,
      settingsRevision,
      updatedAt: now,
      lastChange: await toBeTold(
        deps,
        customerId,
        changeBetween({ webhook: current, settings: stored }, wanted, { by, at: now, revision: revision + 1, rotates }),
      ),
    };
    await tellLastChange(deps, current);
    await keepLastChange(deps, current);
    if (await replaceInRoom(deps, current, changed)) {
      if (settingsRevision !== settingsBefore) await retireSettings(deps, webhookId, settingsRevision);
      await tellLastChange(deps, changed);
      return { webhook: changed, settings };
    }
    const found = await findOwn(deps, { customerId, subaccount, webhookId });
    if (found === undefined) throw webhookNotFound();
    current = found;
  }
  throw tooManyUpdates();
};

const tooManyUpdates = () => errors.conflict("The webhook has too many concurrent updates", "Try again.");

/** `PUT /webhooks/{id}`: changes the fields that are sent. */
export const updateWebhook = async (deps: ApiDeps, request: Request): Promise<Answered<"PUT /v1/webhooks/{id}">> => {
  const webhook = await findWebhook(deps, request);
  const wanted = readWebhookChange(request.body);
  const subaccount = actingFor(request);
  requireOwnSubaccount(subaccount, wanted.subaccount_id);
  const by = await authorOf(deps, request.caller);
  const secret = await updateOne(deps, { webhook, wanted, by, subaccount, ifMatch: request.header("if-match") });
  const links = [validateLink(deps.baseUrl, webhook.webhookId)];
  return { status: 200, body: { results: { id: webhook.webhookId, ...newSecretView(secret), links } } };
};

const actingFor = ({ header }: Request): Subaccount => subaccountOf(header("x-msys-subaccount"));

/** Who acts for one sub-account may not move a webhook out of it. */
const requireOwnSubaccount = (acting: Subaccount, wanted: number | undefined): void => {
  if (acting === "all" || wanted === undefined || wanted === acting) return;
  throw errors.foreignSubaccount(
    "'subaccount_id' must be the sub-account that the request acts for",
    `The request acts for sub-account ${acting}. Leave 'X-MSYS-SUBACCOUNT' out to move a webhook.`,
  );
};

/** Changes one webhook; a target that changes, or is to get compressed bodies from now on, takes a test POST first. */
export const updateOne = async (
  deps: ApiDeps,
  input: Asked & {
    readonly wanted: UpdateWebhookRequest;
    /** Entity tags that the webhook must have one of. */
    readonly ifMatch?: string | undefined;
    /** When the last test POST may begin, Unix milliseconds. @default as late as an answer can wait for one */
    readonly testUntil?: number;
  },
): Promise<NewSecret> => {
  const { webhook: found, wanted, by, subaccount, testUntil = deps.now() + beginTestsWithinMs } = input;
  const newSecret = deps.newSigningSecret();
  let testedSettings: DeliverySettings | undefined;
  const changed = await changeWebhook(
    deps,
    { webhook: found, by, subaccount },
    async ({ webhook, settings: stored }) => {
      requireMatch(input.ifMatch, webhook);
      const settings = wantedSettings({ request: wanted, stored, newSecret });
      const merged = mergeFields(deps, webhook, wanted);
      if (needsTestPost(stored, settings) && !isDeepStrictEqual(settings, testedSettings)) {
        // Another change was faster, and what would be stored now is not what the target has taken.
        if (testedSettings !== undefined && deps.now() > testUntil) throw tooManyUpdates();
        await requireTestPost(deps, settings);
        testedSettings = settings;
      }
      return { webhook: merged, settings };
    },
  );
  return secretInUse(changed.settings, newSecret);
};

const mergeFields = (deps: ApiDeps, webhook: Webhook, wanted: UpdateWebhookRequest): Webhook => {
  const eventsMode = wanted.events_mode ?? webhook.eventsMode;
  const { subaccountId: storedSubaccount, exceptionSubaccounts: storedExceptions, ...others } = webhook;
  const { filter: _filter, fields: _fields, mask: _mask, keepBodiesDays: _keepBodiesDays, ...kept } = others;
  const subaccountId = wanted.subaccount_id === undefined ? (storedSubaccount ?? -1) : wanted.subaccount_id;
  // Exceptions are for a webhook of all sub-accounts: one that moves to a single sub-account leaves them behind.
  const keptExceptions = subaccountId === -1 ? (storedExceptions ?? []) : [];
  const exceptions = wanted.exception_subaccounts ?? keptExceptions;
  requireFittingSubaccounts(subaccountId === -1 ? "all" : subaccountId, exceptions);
  return {
    ...kept,
    name: wanted.name ?? webhook.name,
    active: wanted.active ?? webhook.active,
    eventsMode,
    // What was not sent can be missing, but not wrong.
    events: requireEvents(wanted.events ?? (webhook.events.length === 0 ? undefined : webhook.events), eventsMode),
    batchSize: wanted.batch_size ?? webhook.batchSize,
    maxBatchBytes: wanted.max_batch_bytes ?? webhook.maxBatchBytes,
    ...keepingOf(deps, wanted, webhook),
    ...(subaccountId === -1 ? {} : { subaccountId }),
    ...(exceptions.length === 0 ? {} : { exceptionSubaccounts: exceptions }),
    ...contentRules(deps, wanted, webhook),
  };
};

/** `DELETE /webhooks/{id}`: no event is collected any more; batches already queued are still delivered or expire. */
export const deleteWebhook = async (deps: ApiDeps, request: Request): Promise<Done> => {
  const webhook = await findWebhook(deps, request);
  const by = await authorOf(deps, request.caller);
  const asked = { webhook, by, subaccount: actingFor(request), ifMatch: request.header("if-match") };
  if (!(await deleteOne(deps, asked))) throw webhookNotFound();
  return { status: 204 };
};

/** Deletes one webhook; false when it is gone already. Its changes, and that it was deleted, stay readable. */
export const deleteOne = async (
  deps: ApiDeps,
  input: Asked & { readonly ifMatch?: string | undefined },
): Promise<boolean> => {
  const { by, subaccount, ifMatch } = input;
  const { customerId, webhookId } = input.webhook;
  let current: Webhook | undefined = input.webhook;
  for (let attempt = 1; current !== undefined && attempt <= maxDeletions; attempt += 1) {
    requireMatch(ifMatch, current);
    await keepLastChange(deps, current);
    await tellLastChange(deps, current);
    // Written before: it counts only when the webhook is gone.
    const change = await toBeTold(deps, customerId, deletion(by, new Date(deps.now()).toISOString()));
    await deps.changes.keep(current, change, deps.now());
    if (await deps.webhooks.remove(customerId, webhookId, current.revision)) {
      await giveRoomBack(deps, current);
      await retireSettings(deps, webhookId);
      await tellLastChange(deps, { ...current, lastChange: change });
      return true;
    }
    current = await findOwn(deps, { customerId, subaccount, webhookId });
  }
  if (current !== undefined) throw new DependencyError("A webhook that is to be deleted is changed all the time");
  return false;
};

/** `POST /webhooks/{id}/rotate-secret`: a new signing secret, beside which the old ones sign until the overlap ends. */
export const rotateWebhookSecret = async (
  deps: ApiDeps,
  request: Request,
): Promise<Answered<"POST /v1/webhooks/{id}/rotate-secret">> => {
  const webhook = await findWebhook(deps, request);
  const { overlap_hours: overlapHours, signing_secret: own } = validate(
    rotateSecretRequest,
    request.body.length === 0 ? {} : withoutNulls(parseJson(request.body)),
  );
  const overlapMs = overlapHours * hourMs;
  const now = deps.now();
  if (own !== undefined && isMask(own)) throw maskedValue("signing_secret");
  const secret = own ?? deps.newSigningSecret();
  const by = await authorOf(deps, request.caller);
  await changeWebhook(deps, { webhook, by, subaccount: actingFor(request), rotates: true }, (stored) => {
    const before = requireSigning(stored.settings.signing);
    requireAnother(before, secret);
    const signing = rotateSecret(before, { secret, now, overlapMs });
    requireFewSecrets(signing, now);
    return { ...stored, settings: { ...stored.settings, signing } };
  });
  return {
    status: 200,
    body: {
      results: {
        id: webhook.webhookId,
        ...newSecretView(own === undefined ? { newSecret: secret } : {}),
        old_secrets_end: new Date(now + overlapMs).toISOString(),
        links: [validateLink(deps.baseUrl, webhook.webhookId)],
      },
    },
  };
};

const requireSigning = (signing: Signing | undefined): Signing => {
  if (signing !== undefined) return signing;
  throw errors.conflict(
    "The webhook has no signing secret",
    "Its POSTs are not signed. Turn signing on with 'signing': true, which makes the first secret.",
  );
};

/** A secret that signs already would sign each POST twice, and end with the overlap. */
const requireAnother = (signing: Signing, secret: string): void => {
  if (signing.secret !== secret && signing.rotated.every((old) => old.secret !== secret)) return;
  throw errors.conflict(
    "'signing_secret' is or was the webhook's secret already",
    "Send another secret, or leave it out and Tidepost makes one.",
  );
};

const requireFewSecrets = (signing: Signing, now: number): void => {
  if (secretsAt(signing, now).length <= maxSigningSecrets) return;
  throw errors.conflict(
    `The webhook has ${maxSigningSecrets} secrets that sign already`,
    "Wait until the overlap of an earlier rotation ends, or end them all with 'overlap_hours': 0.",
  );
};
