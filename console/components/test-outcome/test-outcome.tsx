import Alert from "@cloudscape-design/components/alert";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ProbeResult, SentRequest } from "#shared/contract/api/probe.ts";
import { duration } from "#shared/text/times.ts";
import { reasonText } from "../state-text.ts";
import { CodeBlock } from "../code-block.tsx";
import { RemedyView } from "../error-view.tsx";
import { TimingBar } from "./timing-bar.tsx";
import { sentCommand } from "#shared/text/curl.ts";
import { readable } from "#shared/text/json.ts";

interface TestOutcomeProps {
  readonly result: ProbeResult;
}

/** How a test POST went: verdict and remedy, where its time went, and both sides of the exchange as they were. */
export const TestOutcome = ({ result }: TestOutcomeProps) => {
  const { ok, request, response, timings, tls, likely, fix, token_response: tokenResponse } = result;
  return (
    <SpaceBetween size="m">
      <Alert type={ok ? "success" : "error"} header={verdict(result)}>
        {ok ? "Batches sent like this would be delivered." : <RemedyView likely={likely} fix={fix} />}
      </Alert>
      {timings !== undefined && <TimingBar timings={timings} answered={response !== undefined} />}
      {tls !== undefined && (
        <Box color={tls.days_left < 14 ? "text-status-warning" : "text-body-secondary"}>
          {`The certificate of the target is valid for ${tls.days_left} more days.`}
        </Box>
      )}
      <ColumnLayout columns={2} minColumnWidth={280}>
        {request !== undefined && (
          <div>
            <Box variant="h4">Sent</Box>
            <CodeBlock label="request" text={requestText(request)} />
          </div>
        )}
        <div>
          <Box variant="h4">{tokenResponse === undefined ? "Answered" : "Answer of the token URL"}</Box>
          <CodeBlock label="response" text={answerText(result)} />
        </div>
      </ColumnLayout>
      {request !== undefined && (
        <ExpandableSection headerText="The same request as curl">
          <CodeBlock label="curl command" text={sentCommand(request)} />
        </ExpandableSection>
      )}
      {response !== undefined && response.body !== "" && (
        <Box fontSize="body-s" color="text-body-secondary">
          Only the beginning of the answer is read, and secrets in it are masked.
        </Box>
      )}
    </SpaceBetween>
  );
};

/** How a POST went, in a sentence. */
export const verdict = ({
  ok,
  reason,
  response,
  timings,
  error_code: errorCode,
}: Pick<ProbeResult, "ok" | "reason" | "response" | "timings" | "error_code">): string => {
  const after = timings === undefined ? "" : ` after ${duration(timings.total_ms)}`;
  if (ok) return `The target answered ${response?.status ?? "2xx"}${after}`;
  const why = reason === undefined ? "unknown fault" : reasonText(reason);
  if (response !== undefined) return `The target answered ${response.status}${after}: ${why}`;
  return `No answer${after}: ${why}${errorCode === undefined ? "" : ` (${errorCode})`}`;
};

const answerText = ({ response, token_response: tokenResponse, error_code: errorCode }: ProbeResult): string => {
  const answered = response ?? tokenResponse;
  if (answered?.status !== undefined) return responseText(answered);
  return `There was no answer.${errorCode === undefined ? "" : `\nNetwork error: ${errorCode}`}`;
};

const headerLines = (headers: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

/** A request as it went over the wire. */
const requestText = ({ method, url, headers, body }: SentRequest): string =>
  [`${method} ${url}`, ...headerLines(headers), "", body].join("\n");

type Answered = NonNullable<ProbeResult["token_response"]> & { readonly truncated?: boolean };

/** An answer as it came back. */
export const responseText = ({ status, headers, body, truncated = false }: Answered): string =>
  [
    `HTTP ${status ?? ""}`,
    ...headerLines(headers ?? {}),
    "",
    body === undefined || body === "" ? "(no body)" : `${readable(body)}${truncated ? "\n… (cut off)" : ""}`,
  ].join("\n");
