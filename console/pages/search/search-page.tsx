import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import { utcTime } from "#shared/text/times.ts";
import { callApi } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { Page } from "../../shell/page.tsx";
import { useSearchStart } from "../../shell/use-search-start.ts";
import { FoundEventView } from "./found-event.tsx";
import { againRequest, costText, criteriaText, rangeText, verdictText } from "./search-text.ts";

/** How often a running search, and batches that wait, are looked at. */
const watchMs = 1_000;
const slowWatchMs = 10_000;

/** Events that a search has found, and what became of them: its address can be shared, and the page printed. */
export const SearchPage = () => {
  const { searchId = "" } = useParams();
  const queryKey = ["search", searchId];
  const {
    data: search,
    dataUpdatedAt,
    error,
  } = useQuery({
    queryKey,
    queryFn: ({ signal }) =>
      callApi("GET /v1/events/search/{search_id}", { parameters: { search_id: searchId }, signal }),
    refetchInterval: ({ state }) => (state.data?.state === "running" ? watchMs : slowWatchMs),
    retry: false,
    // It would copy numbers that are kept as they are written, and so lose what makes them numbers.
    structuralSharing: false,
  });
  const cancel = useMutation({
    mutationFn: () => callApi("POST /v1/events/search/{search_id}/cancel", { parameters: { search_id: searchId } }),
    onSuccess: (cancelled) => queryClient.setQueryData(queryKey, cancelled),
  });
  const isRunning = search?.state === "running";
  const start = useSearchStart();
  const again = search === undefined || isRunning ? undefined : againRequest(search);
  return (
    <Page
      title="Where is my event?"
      ready={search !== undefined || error !== null}
      {...(search === undefined
        ? {}
        : {
            description: criteriaText(search),
            actions: isRunning ? (
              <Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
                Cancel
              </Button>
            ) : (
              <SpaceBetween direction="horizontal" size="xs">
                {again !== undefined && (
                  <Button loading={start.isPending} onClick={() => start.mutate(again)}>
                    Look again
                  </Button>
                )}
                <Button disabled={search.matches.length === 0} onClick={() => window.print()}>
                  Print proof of delivery
                </Button>
              </SpaceBetween>
            ),
          })}
    >
      <SpaceBetween size="l">
        {error !== null && <ErrorView what="The search could not be read" error={error} />}
        {start.error !== null && <ErrorView what="The search was not started" error={start.error} />}
        {cancel.error !== null && <ErrorView what="The search was not cancelled" error={cancel.error} />}
        {search === undefined && error === null && (
          <Box textAlign="center">
            <Spinner /> Loading the search
          </Box>
        )}
        {search !== undefined && (
          <Container>
            {isRunning ? (
              <ProgressBar
                value={search.progress * 100}
                label="Reading the stream"
                description={rangeText(search)}
                additionalInfo={costText(search)}
              />
            ) : (
              <output className="wrap">{verdictText(search)}</output>
            )}
          </Container>
        )}
        {search?.matches.map((match) => (
          <FoundEventView
            key={`${match.arrived_at} ${JSON.stringify(match.event ?? match.event_id)}`}
            match={match}
            isRunning={isRunning}
          />
        ))}
        {search !== undefined && (
          <div className="print-only">
            <Box>
              Proof of delivery as of {utcTime(new Date(dataUpdatedAt).toISOString())}: {window.location.href}
            </Box>
          </div>
        )}
      </SpaceBetween>
    </Page>
  );
};
