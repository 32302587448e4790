import * as z from "zod";
import { RequestError } from "#shared/domain/errors.ts";
import type { Webhook } from "#shared/domain/webhook.ts";
import type { ApiDeps, Request } from "../api-deps.ts";

/** Id of the webhook that a path names; 404 for what cannot be an id. */
export const webhookIdOf = ({ parameters }: Request): string => {
  const id = z.uuid().safeParse(parameters["id"]);
  if (!id.success) throw webhookNotFound();
  return id.data.toLowerCase();
};

/** The caller's webhook that a path names. Another customer's webhook is as absent as none. */
export const findWebhook = async (deps: ApiDeps, request: Request): Promise<Webhook> => {
  const webhook = await deps.webhooks.find(request.caller.customerId, webhookIdOf(request));
  if (webhook === undefined) throw webhookNotFound();
  return webhook;
};

export const webhookNotFound = (): RequestError =>
  new RequestError(404, {
    message: "Resource could not be found",
    description: "There is no such webhook.",
    code: "1600",
  });
