import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { ChangeRecord } from "#shared/contract/api/changes.ts";
import { changeActionText, changeAuthorText, differenceTexts } from "#shared/text/changes.ts";
import { isolated } from "#shared/text/plain.ts";
import { useChanges } from "../../api/webhook-queries.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { Time } from "../../components/time.tsx";

interface ChangesProps {
  readonly webhookId: string;
}

/** Who changed a webhook, when and how, newest first, a page at a time. */
export const Changes = ({ webhookId }: ChangesProps) => {
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage, refetch } = useChanges(webhookId);
  const changes = data?.pages.flatMap(({ results }) => results) ?? [];
  return (
    <Table<ChangeRecord>
      items={changes}
      variant="container"
      enableKeyboardNavigation={changes.length > 0}
      wrapLines
      loading={data === undefined && error === null}
      loadingText="Loading changes"
      ariaLabels={{ tableLabel: "Changes" }}
      header={<Header variant="h2">Changes</Header>}
      empty={
        error === null ? (
          <Box color="text-body-secondary">No change yet. Changes of before this list was kept are not in it.</Box>
        ) : (
          <ErrorView what="The changes could not be loaded" error={error} onRetry={() => void refetch()} />
        )
      }
      footer={
        hasNextPage ? (
          <Box textAlign="center">
            <Button variant="link" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show older changes
            </Button>
          </Box>
        ) : undefined
      }
      columnDefinitions={columns}
    />
  );
};

const columns: readonly TableProps.ColumnDefinition<ChangeRecord>[] = [
  { id: "at", header: "When", isRowHeader: true, minWidth: 120, cell: ({ at }) => <Time at={at} /> },
  { id: "action", header: "What", minWidth: 130, cell: ({ action }) => changeActionText(action) },
  {
    id: "author",
    header: "By",
    minWidth: 140,
    cell: (change) => (
      <span className="wrap" title={change.key_id ?? change.portal_link_id}>
        {changeAuthorText(change, isolated)}
      </span>
    ),
  },
  {
    id: "fields",
    header: "Fields",
    minWidth: 260,
    cell: (change) =>
      differenceTexts(change, isolated).map((text) => (
        <div key={text} className="wrap">
          {text}
        </div>
      )),
  },
];
