import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import TextFilter from "@cloudscape-design/components/text-filter";
import Toggle from "@cloudscape-design/components/toggle";
import { useState } from "react";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { useBatchBody } from "../../../api/webhook-queries.ts";
import { plainJson } from "#shared/text/plain.ts";
import { CodeBlock } from "../../../components/code-block.tsx";
import { ErrorView } from "../../../components/error-view.tsx";
import { count, counted } from "#shared/text/numbers.ts";
import { type BodyEvent, bodyEvents, findEvents } from "./body-events.ts";

interface BodyViewerProps {
  readonly batch: BatchWithAttempts;
}

const maxShown = 200;
const pageSize = 20;

/** The events of a batch, while its body is kept; after that, why there are none. */
export const BodyViewer = ({ batch }: BodyViewerProps) =>
  batch.body_available ? (
    <Events batch={batch} />
  ) : (
    <Container header={<Header variant="h2">Events</Header>}>
      <Box color="text-body-secondary">{noBodyText(batch)}</Box>
    </Container>
  );

const noBodyText = ({ state }: BatchWithAttempts): string => {
  switch (state) {
    case "delivered":
      return "The target has them. They are kept here after a delivery only for the days that the webhook's settings say.";
    case "sending":
      return "They can be read once the batch waits for a retry.";
    case "split":
      return "They are in the two batches that took its place.";
    case "retrying":
    case "parked":
    case "expired":
      return "They are no longer kept.";
  }
};

const Events = ({ batch }: BodyViewerProps) => {
  const { data, error, refetch } = useBatchBody({ id: batch.webhook_id, batchId: batch.batch_id }, maxShown);
  const [masked, setMasked] = useState(true);
  const [text, setText] = useState("");
  const [page, setPage] = useState(1);
  const all = bodyEvents(data?.results ?? [], { masked });
  const found = findEvents(all, text);
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  const at = Math.min(page, pages);
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={data === undefined ? "" : `(${count(data.total)})`}
          description={
            data !== undefined && data.total > all.length ? `The first ${count(all.length)} are shown.` : undefined
          }
          actions={
            <Toggle checked={!masked} onChange={({ detail }) => setMasked(!detail.checked)}>
              Show recipient addresses
            </Toggle>
          }
        >
          Events
        </Header>
      }
    >
      {data === undefined ? (
        error === null ? (
          <Box textAlign="center">
            <Spinner /> Loading the events
          </Box>
        ) : (
          <ErrorView what="The events could not be loaded" error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <SpaceBetween size="m">
          <div className="body-bar">
            <TextFilter
              filteringText={text}
              filteringPlaceholder="Search the events shown"
              filteringAriaLabel="Search the events shown"
              countText={text === "" ? "" : counted(found.length, "match", "matches")}
              onChange={({ detail }) => {
                setText(detail.filteringText);
                setPage(1);
              }}
            />
            <Pagination
              currentPageIndex={at}
              pagesCount={pages}
              onChange={({ detail }) => setPage(detail.currentPageIndex)}
              ariaLabels={{ paginationLabel: "Pages of events" }}
            />
          </div>
          {found.length === 0 && (
            <Box color="text-body-secondary">
              No event contains “{text}”.{" "}
              <Button variant="inline-link" onClick={() => setText("")}>
                Clear the search
              </Button>
            </Box>
          )}
          <div>
            {found.slice((at - 1) * pageSize, at * pageSize).map((event) => (
              <EventRow key={event.place} event={event} />
            ))}
          </div>
        </SpaceBetween>
      )}
    </Container>
  );
};

interface EventRowProps {
  readonly event: BodyEvent;
}

const EventRow = ({ event }: EventRowProps) => {
  const [isOpen, setIsOpen] = useState(false);
  const { place, type, recipient, json } = event;
  return (
    <ExpandableSection
      expanded={isOpen}
      onChange={({ detail }) => setIsOpen(detail.expanded)}
      headerText={
        <span className="wrap">
          {`${count(place)}. `}
          <bdi>{type}</bdi>
          {recipient !== "" && (
            <>
              {" "}
              <bdi className="secondary">{recipient}</bdi>
            </>
          )}
        </span>
      }
    >
      {isOpen && <CodeBlock label={`event ${place}`} text={plainJson(json)} />}
    </ExpandableSection>
  );
};
