import { tokenTimeoutMs } from "#shared/contract/limits.ts";
import type { OutboundRequest, TargetAnswer } from "#shared/delivery/outbound.ts";
import { type RequestError, errors } from "#shared/errors.ts";
import type { SnsEnvelope } from "./read-documents.ts";
import { signatureProblem, subscriptionConfirmation, urlProblem } from "./sns-signature.ts";

export interface ConfirmDeps {
  /** ARNs of the topics that the operator lets subscribe this API. */
  readonly topics: readonly string[];
  readonly outbound: Outbound;
  /** Unix milliseconds. */
  readonly now: () => number;
}

interface Outbound {
  readonly get: (request: Pick<OutboundRequest, "url" | "maxExcerptBytes" | "timeoutMs">) => Promise<TargetAnswer>;
}

const maxCertificateBytes = 16 * 1_024;

/**
 * Confirms the subscription of this API to a topic: only to one that the operator has named, and only when SNS itself asks.
 * Refuses everything else with its reason.
 */
export const confirmSubscription = async (deps: ConfirmDeps, envelope: SnsEnvelope): Promise<void> => {
  const parsed = subscriptionConfirmation.safeParse(envelope);
  if (!parsed.success) throw refused("It lacks what every confirmation of SNS has.");
  const confirmation = parsed.data;
  if (!deps.topics.includes(confirmation.TopicArn)) {
    throw refused("The topic is not one of the stack's setting sesTopics.");
  }
  const wrongUrl = urlProblem(confirmation);
  if (wrongUrl !== undefined) throw refused(`${wrongUrl}.`);
  const certificate = await fetchText(deps, confirmation.SigningCertURL);
  const wrong = signatureProblem(confirmation, { certificate, now: deps.now() });
  if (wrong !== undefined) throw refused(`It is not signed by SNS: ${wrong}.`);
  await fetchText(deps, confirmation.SubscribeURL);
};

const fetchText = async ({ outbound }: ConfirmDeps, url: string): Promise<string> => {
  const answer = await outbound.get({ url, maxExcerptBytes: maxCertificateBytes, timeoutMs: tokenTimeoutMs });
  if (answer.kind === "answered" && answer.status === 200) return answer.excerpt;
  const found = answer.kind === "answered" ? `status ${answer.status}` : answer.reason;
  throw errors.unavailable("The subscription could not be confirmed", `SNS was asked in vain: ${found}.`, {
    headers: { "retry-after": "5" },
  });
};

const refused = (description: string): RequestError =>
  errors.forbidden("The subscription is not confirmed", description);
