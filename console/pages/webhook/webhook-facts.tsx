import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { Time } from "../../components/time.tsx";
import { useWindowSeconds } from "../../api/queries.ts";
import { filterWords, pathWords, selectionWords } from "../../components/filter-words.ts";
import { serverNow } from "../../api/clock.ts";
import { allTypesText, authText } from "./facts-text.ts";
import { subaccountText } from "../webhook-form/subaccounts.ts";
import { bytes, count, counted } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";

interface WebhookFactsProps {
  readonly webhook: WebhookSummary;
  readonly settings: Webhook;
}

/** What a webhook leaves out of events, where it does: somebody may wonder why events or fields do not come. */
const contentItems = ({ filter, fields, mask }: Webhook) => {
  const texts = [
    ["Filter", filter === null ? "" : filterWords(filter)],
    ["Fields", fields === null ? "" : selectionWords(fields)],
    ["Masked", mask.map(pathWords).join(", ")],
  ] as const;
  return texts
    .filter(([, text]) => text !== "")
    .map(([label, text]) => ({ label, value: <span className="wrap">{text}</span> }));
};

/** What a webhook is set to, and when it last succeeded. */
export const WebhookFacts = ({ webhook, settings }: WebhookFactsProps) => {
  const headers = Object.keys(settings.custom_headers);
  const { keep_bodies_days: keptDays } = settings;
  const windowSeconds = useWindowSeconds();
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        items={[
          {
            label: "Target",
            value: (
              <span className="wrap">
                <CopyToClipboard
                  variant="inline"
                  copyButtonAriaLabel="Copy the target"
                  copySuccessText="Copied the target"
                  copyErrorText="The target could not be copied"
                  textToCopy={settings.target}
                />
              </span>
            ),
          },
          {
            label: "Webhook id",
            value: (
              <CopyToClipboard
                variant="inline"
                copyButtonAriaLabel="Copy the webhook id"
                copySuccessText="Copied the webhook id"
                copyErrorText="The webhook id could not be copied"
                textToCopy={settings.id}
              />
            ),
          },
        ]}
      />
      <KeyValuePairs
        columns={4}
        minColumnWidth={190}
        items={[
          { label: "Event types", value: <EventTypes webhook={settings} /> },
          { label: "Sub-accounts", value: subaccountText(settings) },
          ...contentItems(settings),
          { label: "Last delivered", value: <TimeOrNever at={webhook.last_successful} /> },
          { label: "Last failure", value: <TimeOrNever at={webhook.last_failure} /> },
          {
            label: "A batch closes at",
            value: `${counted(settings.batch_size, "event")}, ${bytes(settings.max_batch_bytes)} or ${windowSeconds}\u00A0s`,
          },
          { label: "Latency p95 of a day", value: webhook.p95_ms === null ? "–" : `≤ ${duration(webhook.p95_ms)}` },
          { label: "Authentication", value: <span className="wrap">{authText(settings)}</span> },
          {
            label: "Custom headers",
            value: headers.length === 0 ? "None" : <span className="wrap">{headers.join(", ")}</span>,
          },
          { label: "Compression", value: settings.compression === "none" ? "None" : settings.compression },
          { label: "Signature", value: <Signature webhook={settings} /> },
          ...(keptDays === 0 ? [] : [{ label: "Delivered bodies", value: `Kept for ${counted(keptDays, "day")}` }]),
          { label: "Created", value: <TimeOrNever at={settings.created_at} /> },
        ]}
      />
    </SpaceBetween>
  );
};

interface SettingsProps {
  readonly webhook: Webhook;
}

const Signature = ({ webhook }: SettingsProps) => {
  if (!webhook.signing) return "None";
  const { old_secrets_end: end } = webhook;
  return (
    <>
      Signed (Standard Webhooks)
      {end !== undefined && Date.parse(end) > serverNow() && (
        <>
          , also with the secret before until <Time at={end} exact />
        </>
      )}
    </>
  );
};

const EventTypes = ({ webhook }: SettingsProps) => {
  if (webhook.events_mode === "all") return allTypesText(webhook);
  const names = webhook.events.join(", ");
  if (webhook.events.length <= 4) return names;
  return <ExpandableSection headerText={`${count(webhook.events.length)} types`}>{names}</ExpandableSection>;
};

interface TimeOrNeverProps {
  readonly at: string | undefined;
}

const TimeOrNever = ({ at }: TimeOrNeverProps) => (at === undefined ? "Never" : <Time at={at} />);
