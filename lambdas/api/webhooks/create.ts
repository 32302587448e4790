import { createHash } from "node:crypto";
import type { Caller } from "#shared/api-key.ts";
import { type Subaccount, subaccountOf } from "#shared/webhooks/subaccount.ts";
import { contentRules } from "./content.ts";
import {
  type NewSecret,
  keepingOf,
  newSecretView,
  putSettings,
  requireEvents,
  requireFittingSubaccounts,
  secretInUse,
  wantedSettings,
} from "./settings.ts";
import type { CreateWebhookRequest } from "#shared/contract/api/webhook.ts";
import { maskSettings } from "#shared/webhooks/settings.ts";
import { maxIdempotencyKeyCharacters } from "#shared/contract/limits.ts";
import { errors } from "#shared/errors.ts";
import { uuidFromText } from "#shared/delivery/batch.ts";
import { creation } from "#shared/webhooks/changes.ts";
import type { Author, Webhook } from "#shared/webhooks/webhook.ts";
import type { ApiDeps, Request, Answered } from "../deps.ts";
import { readNewWebhook } from "./requests.ts";
import { authorOf } from "./changes.ts";
import { noteSubscriber, tellLastChange, toBeTold } from "./tell-change.ts";
import { giveRoomBack, takeRoomForNew } from "./room.ts";
import { requireTestPost } from "./test-post.ts";
import { webhookLink } from "./read.ts";

/** `POST /webhooks`: checks the body, tries the target, stores. */
export const createWebhook = async (
  deps: ApiDeps,
  { body, caller, header }: Request,
): Promise<Answered<"POST /v1/webhooks">> => {
  const wanted = readNewWebhook(body);
  const subaccount = subaccountOf(header("x-msys-subaccount"));
  const idempotencyKey = idempotencyKeyOf(header("idempotency-key"));
  const origin =
    idempotencyKey === undefined ? undefined : { idempotencyKey, hash: hashOf({ wanted: sentOf(wanted), subaccount }) };
  const by = await authorOf(deps, caller);
  const { webhookId, ...secret } = await createOne(deps, { caller, wanted, by, subaccount, origin });
  const links = [webhookLink(deps.baseUrl, webhookId)];
  return { status: 200, body: { results: { id: webhookId, ...newSecretView(secret), links } } };
};

/** What makes a creation safe to repeat: the caller's key, and a hash of what it asked for. */
interface Origin {
  readonly idempotencyKey: string;
  readonly hash: string;
}

/** Without a secret also when an earlier request has made the webhook: that one has shown it. */
interface Created extends NewSecret {
  readonly webhookId: string;
}

/**
 * Creates one webhook after its target has taken the test POST. With an origin the id follows from customer, sub-account and
 * idempotency key, so that a repeated request finds the webhook of the first one instead of making another. Two sub-accounts
 * with the same key never get the same id: what a deleted webhook has left is found by it.
 */
export const createOne = async (
  deps: ApiDeps,
  input: {
    readonly caller: Caller;
    readonly wanted: CreateWebhookRequest;
    readonly by: Author;
    readonly subaccount: Subaccount;
    readonly origin?: Origin | undefined;
  },
): Promise<Created> => {
  const { caller, wanted, by, subaccount, origin } = input;
  const events = requireEvents(wanted.events, wanted.events_mode);
  requireFittingSubaccounts(subaccount, wanted.exception_subaccounts);
  const keeping = keepingOf(deps, wanted, {});
  const newSecret = deps.newSigningSecret();
  const settings = wantedSettings({ request: wanted, newSecret });
  const { customerId } = caller;
  const webhookId = origin === undefined ? deps.newId() : repeatableId(customerId, subaccount, origin);
  const repeated = origin && (await findRepeated(deps, { customerId, webhookId, hash: origin.hash }));
  if (repeated !== undefined) return { webhookId };
  await requireTestPost(deps, settings);
  const content = contentRules(deps, wanted, {});
  await takeRoomForNew(deps, customerId, content);
  // Settings first: a webhook that routing can see must always find how to deliver.
  const settingsRevision = await putSettings(deps, { webhookId, after: 0, settings });
  const createdAt = new Date(deps.now()).toISOString();
  await noteSubscriber(deps, { customerId, events });
  const webhook: Webhook = {
    webhookId,
    customerId,
    name: wanted.name,
    active: wanted.active,
    eventsMode: wanted.events_mode,
    events,
    ...(subaccount === "all" ? {} : { subaccountId: subaccount }),
    ...(wanted.exception_subaccounts === undefined ? {} : { exceptionSubaccounts: wanted.exception_subaccounts }),
    ...content,
    batchSize: wanted.batch_size,
    maxBatchBytes: wanted.max_batch_bytes,
    ...keeping,
    maskedSettings: maskSettings(settings),
    revision: 1,
    rulesSince: 1,
    settingsRevision,
    createdAt,
    updatedAt: createdAt,
    lastChange: await toBeTold(deps, customerId, creation(by, createdAt)),
    ...(origin === undefined ? {} : { creationHash: origin.hash }),
  };
  if (await deps.webhooks.create(webhook)) {
    await tellLastChange(deps, webhook);
    return { webhookId, ...secretInUse(settings, newSecret) };
  }
  // Another request with the same idempotency key was faster.
  await giveRoomBack(deps, webhook);
  if (origin !== undefined) await findRepeated(deps, { customerId, webhookId, hash: origin.hash });
  return { webhookId };
};

const repeatableId = (customerId: string, subaccount: Subaccount, { idempotencyKey }: Origin): string =>
  uuidFromText(["webhook", customerId, idempotencyKey, ...(subaccount === "all" ? [] : [subaccount])].join("\n"));

const findRepeated = async (
  deps: ApiDeps,
  wanted: { readonly customerId: string; readonly webhookId: string; readonly hash: string },
): Promise<Webhook | undefined> => {
  const found = await deps.webhooks.find(wanted.customerId, wanted.webhookId);
  if (found === undefined || found.creationHash === wanted.hash) return found;
  throw errors.conflict(
    "This idempotency key was used for another request",
    "Repeat a request with its own body, or use a new key.",
  );
};

/** Without defaults of fields that earlier versions did not have: a request repeated across an upgrade is the same one. */
const sentOf = ({ filter, fields, mask, keep_bodies_days, ...others }: CreateWebhookRequest): object => ({
  ...others,
  ...(keep_bodies_days === 0 ? {} : { keep_bodies_days }),
  ...(filter === undefined || filter === null ? {} : { filter }),
  ...(fields === undefined || fields === null ? {} : { fields }),
  ...(mask === undefined || mask === null ? {} : { mask }),
});

const hashOf = (request: unknown): string => createHash("sha256").update(JSON.stringify(request)).digest("hex");

/** The value of an `Idempotency-Key` header: printable ASCII, at most 255 characters. */
const idempotencyKeyOf = (header: string | undefined): string | undefined => {
  const key = header?.trim();
  if (key === undefined || key === "") return undefined;
  if (key.length <= maxIdempotencyKeyCharacters && /^[\x20-\x7e]+$/.test(key)) return key;
  throw errors.badHeader(
    "'Idempotency-Key' is not valid",
    `It must have at most ${maxIdempotencyKeyCharacters} printable ASCII characters.`,
  );
};
