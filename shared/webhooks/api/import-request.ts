import * as z from "zod";
import { RequestError, validate } from "#shared/errors.ts";
import { isMask } from "../mask-secret.ts";
import { displayText } from "./display-text.ts";
import { createWebhookRequest } from "./webhook-request.ts";

const maxEntries = 1_000;
const maxNameCharacters = 255;

const { target, events, auth_token: authToken, custom_headers: customHeaders } = createWebhookRequest.shape;
const notMasked = "must not start with '****', which marks a masked value";

/** One webhook of Momentum's `webhooks.json`. What an entry leaves out (token, headers) its webhook is not to have. */
export const importEntry = z.object({
  name: displayText.nullish(),
  events: events.unwrap().refine((list) => list.length > 0, "must contain at least one event"),
  target,
  auth_token: authToken.transform((token) => token ?? "").refine((token) => !isMask(token), notMasked),
  custom_headers: customHeaders.refine((headers) => !Object.values(headers).some(isMask), notMasked),
});

const importFile = z.object({
  entries: z.array(importEntry).max(maxEntries, `must have at most ${maxEntries} entries`),
});

/** A checked entry of the file. */
export type ImportEntry = z.output<typeof importEntry>;

/** Checks the content of a `webhooks.json`; every problem names its position, as in `entries[3].events[2]`. */
export const parseImportFile = (content: unknown): readonly ImportEntry[] => {
  if (!Array.isArray(content)) {
    throw new RequestError(422, {
      message: "The request body must be an array",
      description: "Send the content of webhooks.json: a list of objects with 'events' and 'target'.",
      code: "1300",
    });
  }
  return validate(importFile, { entries: content }).entries;
};

/** Name under which an entry's webhook is created: an entry without one takes the target's host. */
export const nameOfEntry = ({ name, target: url }: ImportEntry): string =>
  name ?? new URL(url).host.slice(0, maxNameCharacters);

/** A switch in the query. Strict: `plan=yes` must not apply what was only to be looked at. */
export const switchOf = (name: string, value: string | undefined): boolean => {
  if (value === undefined || value === "false") return false;
  if (value === "true") return true;
  throw new RequestError(400, {
    message: `'${name}' must be true or false`,
    description: `Sent: ${JSON.stringify(value.slice(0, 40))}.`,
    code: "1200",
  });
};
