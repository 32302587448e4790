import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useState } from "react";
import { useSearch } from "wouter";
import type { SubaccountSummary } from "#shared/contract/api/subaccounts.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { useSubaccounts } from "../../api/queries.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { Countdown } from "../../components/time.tsx";
import { hrefOf, navigate } from "../../hash-location.ts";
import { Page } from "../../shell/page.tsx";
import { listSearchText, readListSearch, subaccountName } from "../webhooks/list-search.ts";

const title = "Sub-accounts";
const pageSize = 50;

/** The webhooks of each sub-account together, for platforms that serve many: what needs attention first. */
export const SubaccountsPage = () => {
  const { text, page } = readListSearch(useSearch());
  const [typed, setTyped] = useState(text);
  const query = useSubaccounts({ search: digitsOf(text), limit: pageSize, offset: (page - 1) * pageSize });
  const { data, error, isPlaceholderData: isOld } = query;
  const show = (changed: { readonly text?: string; readonly page?: number }): void =>
    navigate(`/subaccounts${listSearchText({ ...readListSearch(""), text, ...changed })}`, { replace: true });
  const clear = (): void => {
    setTyped("");
    show({ text: "" });
  };
  const retry = (): void => void query.refetch();
  return (
    <Page title={title} heading={false} contentType="table" ready={data !== undefined || error !== null}>
      <Table<SubaccountSummary>
        items={data?.results ?? []}
        columnDefinitions={columns}
        variant="full-page"
        stickyHeader
        enableKeyboardNavigation={(data?.results.length ?? 0) > 0}
        trackBy={({ subaccount_id: id = -1 }) => String(id)}
        loading={data === undefined && error === null}
        loadingText="Loading sub-accounts"
        ariaLabels={{ tableLabel: title }}
        empty={
          error !== null && data === undefined ? (
            <ErrorView what="The sub-accounts could not be loaded" error={error} onRetry={retry} />
          ) : text === "" ? (
            "There are no webhooks yet."
          ) : (
            <SpaceBetween size="s">
              <Box fontWeight="bold">No sub-account begins with {digitsOf(text)}</Box>
              <Button onClick={clear}>Clear search</Button>
            </SpaceBetween>
          )
        }
        header={
          <SpaceBetween size="s">
            <Header
              variant="awsui-h1-sticky"
              counter={data === undefined ? "" : `(${count(data.total)})`}
              description="Whose webhooks fail, and whose events are lost next. What needs attention comes first."
            >
              {title}
            </Header>
            {error !== null && data !== undefined && (
              <Alert type="warning" action={<Button onClick={retry}>Try again</Button>}>
                These sub-accounts may be out of date: {error.message}.
              </Alert>
            )}
            {data?.is_complete === false && (
              <Box color="text-body-secondary">What waits is still being counted: there may be more.</Box>
            )}
          </SpaceBetween>
        }
        filter={
          <TextFilter
            filteringText={typed}
            filteringPlaceholder="Find by number"
            filteringAriaLabel="Find sub-accounts"
            filteringClearAriaLabel="Clear the search"
            countText={data === undefined || isOld ? "" : counted(data.matching, "match", "matches")}
            onChange={({ detail }) => setTyped(detail.filteringText)}
            onDelayedChange={({ detail }) => show({ text: detail.filteringText })}
          />
        }
        pagination={
          <Pagination
            currentPageIndex={page}
            pagesCount={Math.max(1, Math.ceil((data?.matching ?? 0) / pageSize), page)}
            ariaLabels={{ paginationLabel: "Pages of sub-accounts" }}
            onChange={({ detail }) => show({ page: detail.currentPageIndex })}
          />
        }
      />
    </Page>
  );
};

/** What the API takes: the beginning of a number. */
const digitsOf = (text: string): string => text.replaceAll(/\D/g, "").slice(0, 10);

const webhooksOf = ({ subaccount_id: id = -1 }: SubaccountSummary, states: readonly ("failed" | "parked")[] = []) =>
  hrefOf(`/webhooks${listSearchText({ ...readListSearch(""), states, subaccount: String(id) })}`);

const columns: TableProps<SubaccountSummary>["columnDefinitions"] = [
  {
    id: "subaccount",
    header: "Sub-account",
    isRowHeader: true,
    cell: (row) => <Link href={webhooksOf(row)}>{subaccountName(row.subaccount_id ?? -1)}</Link>,
  },
  { id: "webhooks", header: "Webhooks", cell: ({ webhooks }) => count(webhooks) },
  {
    id: "failing",
    header: "Failing",
    cell: (row) => {
      const failing = row.states.failed + row.states.parked;
      return failing === 0 ? "0" : <Link href={webhooksOf(row, ["failed", "parked"])}>{count(failing)}</Link>;
    },
  },
  { id: "paused", header: "Paused", cell: ({ states }) => count(states.paused) },
  {
    id: "waiting",
    header: "Waiting",
    cell: ({ pending_batches: batches, pending_events: events }) =>
      batches === 0 ? "0" : `${counted(batches, "batch", "batches")}, ${counted(events, "event")}`,
  },
  {
    id: "soon",
    header: "Expiring soon",
    cell: ({ half_time: soon }) => (soon === 0 ? "0" : counted(soon, "webhook")),
  },
  {
    id: "expiry",
    header: "First expiry",
    cell: ({ next_expiry_at: at }) => (at === undefined ? "–" : <Countdown to={at} due="a moment" before="in " />),
  },
];
