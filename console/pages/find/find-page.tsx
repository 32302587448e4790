import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { Redirect, useParams } from "wouter";
import { callApi } from "../../api/client.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { hrefOf } from "../../hash-location.ts";
import { Page } from "../../shell/page.tsx";
import { useSearchStart } from "../../shell/use-search-start.ts";
import { batchPath } from "../webhook/webhook-tabs.ts";

/** Leads to the batch of which only the id is known, as in a receiver's log: its address can be shared without the webhook. */
export const FindPage = () => {
  const { batchId = "" } = useParams();
  const search = useSearchStart();
  const { data: batch, error } = useQuery({
    queryKey: ["find", batchId],
    queryFn: ({ signal }) => callApi("GET /v1/batches/{batch_id}", { parameters: { batch_id: batchId }, signal }),
    retry: false,
  });
  if (batch !== undefined) return <Redirect to={batchPath(batch.webhook_id, batch.batch_id)} replace />;
  return (
    <Page title="Find a batch" ready={error !== null}>
      {error === null ? (
        <Box textAlign="center">
          <Spinner /> Looking for the batch
        </Box>
      ) : (
        <>
          <ErrorView what={`No batch ${batchId} was found`} error={error} />
          <p className="wrap">
            <Button loading={search.isPending} onClick={() => search.mutate(batchId)}>
              Look for an event with this id
            </Button>
          </p>
          {search.error !== null && <ErrorView what="The search was not started" error={search.error} />}
          <p className="wrap">
            A batch's id is in the header <code>X-MessageSystems-Batch-ID</code> of each POST. Go to the{" "}
            <Link href={hrefOf("/webhooks")}>webhooks</Link>.
          </p>
        </>
      )}
    </Page>
  );
};
