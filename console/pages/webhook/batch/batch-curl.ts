import { shellWord } from "../../../components/test-outcome/exchange-text.ts";

interface BatchCurlFacts {
  /** Address of the batch at the API. */
  readonly api: string;
  readonly id: string;
  /** Where its body is to be posted; absent when there is no body any more. */
  readonly target?: string;
}

/** Most events that the API gives at a time. */
const maxEvents = 1_000;

/**
 * A command that posts a batch's events to its target, as far as they come in one answer of the API; without a body, one
 * that shows the batch. Secrets are variables of the shell, and no event is in it.
 */
export const batchCurl = ({ api, id, target }: BatchCurlFacts): string => {
  const authorization = `-H "Authorization: $TIDEPOST_API_KEY"`;
  if (target === undefined) return `curl -s ${shellWord(api)} ${authorization}`;
  return [
    `curl -s ${shellWord(`${api}/body?limit=${maxEvents}`)} ${authorization} | jq -c .results |`,
    `  curl -i -X POST ${shellWord(target)}`,
    `  -H 'Content-Type: application/json'`,
    `  -H 'X-MessageSystems-Batch-ID: ${id}'`,
    `  -H "X-MessageSystems-Webhook-Token: $WEBHOOK_TOKEN"`,
    `  --data-binary @-`,
  ]
    .join(" \\\n")
    .replace("| \\\n", "|\n");
};
