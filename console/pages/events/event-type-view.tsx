import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import type { EventDocumentation, EventField } from "#shared/contract/api/event.ts";
import { useEventSamples, useWebhookPage } from "../../api/queries.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { sampleOf, takesType } from "../../components/event-choices.ts";
import { count } from "#shared/text/numbers.ts";
import { hrefOf } from "../../hash-location.ts";

interface EventTypeViewProps {
  readonly type: string;
  readonly documentation: EventDocumentation;
}

type FieldRow = EventField & { readonly name: string };

const shownValue = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** One event type: what it stands for, who takes it, its fields and a sample. */
export const EventTypeView = ({ type, documentation }: EventTypeViewProps) => {
  const { data: samples } = useEventSamples();
  const { data: page } = useWebhookPage({ sort: "name", limit: String(maxSearched) });
  const [eventClass = "", found] = Object.entries(documentation).find(([, { events }]) => type in events) ?? [];
  const event = found?.events[type];
  if (event === undefined) return null;
  const fields: readonly FieldRow[] = Object.entries(event.event).map(([name, field]) => ({ ...field, name }));
  const takers = page?.results.filter((webhook) => takesType(webhook, type));
  const sample = sampleOf(samples ?? [], type);
  return (
    <Container
      header={
        <Header variant="h2" description={event.description}>
          {event.display_name}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <div className="wrap">
          Type <code>{type}</code>, delivered as <code>{`{"msys":{"${eventClass}":{"type":"${type}", …}}}`}</code>
        </div>
        {takers !== undefined && (
          <div>
            <Box variant="h4" tagOverride="h3">
              Who takes it
            </Box>
            <Takers webhooks={takers} />
            {page?.next_cursor !== undefined && (
              <div className="secondary">{`Among the first ${count(maxSearched)} webhooks by name.`}</div>
            )}
          </div>
        )}
        <Tabs
          ariaLabel="Fields and sample"
          tabs={[
            {
              id: "fields",
              label: `Fields (${fields.length})`,
              content: (
                <Table<FieldRow>
                  items={fields}
                  trackBy="name"
                  variant="embedded"
                  ariaLabels={{ tableLabel: `Fields of ${event.display_name}` }}
                  columnDefinitions={[
                    {
                      id: "name",
                      header: "Field",
                      isRowHeader: true,
                      minWidth: 150,
                      cell: ({ name }) => <code>{name}</code>,
                    },
                    { id: "description", header: "Meaning", minWidth: 220, cell: (field) => field.description },
                    {
                      id: "sample",
                      header: "For example",
                      minWidth: 160,
                      cell: ({ sampleValue }) => <code className="wrap">{shownValue(sampleValue)}</code>,
                    },
                  ]}
                  wrapLines
                />
              ),
            },
            {
              id: "sample",
              label: "Sample",
              content:
                sample === undefined ? (
                  "There is no sample of this type."
                ) : (
                  <CodeBlock label="sample" text={JSON.stringify(sample, null, 2)} />
                ),
            },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
};

interface TakersProps {
  readonly webhooks: readonly Pick<WebhookSummary, "id" | "name">[];
}

/** Webhooks that are looked through: a page of the API. */
const maxSearched = 500;
/** Webhooks that are named at once. */
const maxTakers = 20;

const Takers = ({ webhooks }: TakersProps) => {
  const [showsAll, setShowsAll] = useState(false);
  if (webhooks.length === 0) return "No webhook takes this type.";
  const shown = showsAll ? webhooks : webhooks.slice(0, maxTakers);
  return (
    <ul className="inline-list">
      {shown.map(({ id, name }) => (
        <li key={id} className="wrap">
          <Link href={hrefOf(`/webhooks/${id}`)}>
            <bdi className="one-line" title={name}>
              {name}
            </bdi>
          </Link>
        </li>
      ))}
      {shown.length < webhooks.length && (
        <li>
          <Button variant="inline-link" onClick={() => setShowsAll(true)}>
            {`Show ${count(webhooks.length - shown.length)} more`}
          </Button>
        </li>
      )}
    </ul>
  );
};
