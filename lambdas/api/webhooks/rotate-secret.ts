import { rotateSecretRequest } from "#shared/domain/api/rotate-secret-request.ts";
import { RequestError } from "#shared/domain/errors.ts";
import { maxSigningSecrets, rotateSecret, secretsAt, type Signing } from "#shared/domain/signing.ts";
import { parseJson, validate } from "#shared/domain/validation.ts";
import type { Answer, ApiDeps, Request } from "../api-deps.ts";
import { changeWebhook } from "./change-webhook.ts";
import { findWebhook } from "./find-webhook.ts";
import { validateLink } from "./webhook-links.ts";

const hourMs = 60 * 60 * 1_000;

/** `POST /webhooks/{id}/rotate-secret`: a new signing secret, beside which the old ones sign until the overlap ends. */
export const rotateWebhookSecret = async (deps: ApiDeps, request: Request): Promise<Answer> => {
  const webhook = await findWebhook(deps, request);
  const { overlap_hours: overlapHours } = validate(
    rotateSecretRequest,
    request.body.length === 0 ? {} : parseJson(request.body),
  );
  const overlapMs = overlapHours * hourMs;
  const now = deps.now();
  const secret = deps.newSigningSecret();
  await changeWebhook(deps, webhook, (stored) => {
    const signing = rotateSecret(requireSigning(stored.settings.signing), { secret, now, overlapMs });
    requireFewSecrets(signing, now);
    return { ...stored, settings: { ...stored.settings, signing } };
  });
  const { webhookId } = webhook;
  return {
    status: 200,
    results: {
      id: webhookId,
      signing_secret: secret,
      old_secrets_end: new Date(now + overlapMs).toISOString(),
      links: [validateLink(deps.baseUrl, webhookId)],
    },
  };
};

const requireSigning = (signing: Signing | undefined): Signing => {
  if (signing !== undefined) return signing;
  throw new RequestError(409, {
    message: "The webhook has no signing secret",
    description: "Its POSTs are not signed. Turn signing on with 'signing': true, which makes the first secret.",
    code: "1602",
  });
};

const requireFewSecrets = (signing: Signing, now: number): void => {
  if (secretsAt(signing, now).length <= maxSigningSecrets) return;
  throw new RequestError(409, {
    message: `The webhook has ${maxSigningSecrets} secrets that sign already`,
    description: "Wait until the overlap of an earlier rotation ends, or end them all with 'overlap_hours': 0.",
    code: "1602",
  });
};
