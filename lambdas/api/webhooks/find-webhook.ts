import * as z from "zod";
import { subaccountOf } from "#shared/domain/api/subaccount.ts";
import { RequestError } from "#shared/domain/errors.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { ApiDeps, Request } from "../api-deps.ts";

/**
 * The caller's webhook that a path names. 404 for what cannot be an id, for another customer's webhook, and for one that
 * the sub-account in whose name the caller acts does not own.
 */
export const findWebhook = async (deps: ApiDeps, request: Request): Promise<Webhook> => {
  const subaccount = subaccountOf(request.header("x-msys-subaccount"));
  const id = z.uuid().safeParse(request.parameters["id"]);
  if (!id.success) throw webhookNotFound();
  const webhook = await deps.webhooks.find(request.caller.customerId, id.data.toLowerCase());
  if (webhook === undefined) throw webhookNotFound();
  if (subaccount !== "all" && webhook.subaccountId !== subaccount) throw webhookNotFound();
  return webhook;
};

export const webhookNotFound = (): RequestError =>
  new RequestError(404, {
    message: "Resource could not be found",
    description: "There is no such webhook.",
    code: "1600",
  });
