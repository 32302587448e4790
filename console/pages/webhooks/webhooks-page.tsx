import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useEffectEvent, useMemo, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useWebhookPage } from "../../api/queries.ts";
import { useMissingGrant } from "../../grants.ts";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { useTablePreferences } from "../../components/table/table-settings.tsx";
import type { BulkAction } from "../../bulk/bulk-failures.ts";
import { BulkButtons } from "../../bulk/bulk-buttons.tsx";
import { BulkDialog } from "../../bulk/bulk-dialog.tsx";
import { RecoverDialog } from "../../bulk/recover-dialog.tsx";
import type { BulkSelection } from "../../bulk/bulk-selection.ts";
import { SelectionBar } from "../../bulk/selection-bar.tsx";
import { hrefOf, navigate } from "../../hash-location.ts";
import { NoWebhooks } from "../../components/no-webhooks.tsx";
import { Page } from "../../shell/page.tsx";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { webhookColumns } from "./columns.tsx";
import { type ListSearch, listQuery, listSearchText, readListSearch } from "./list-search.ts";
import { WebhookTable, webhookTableId } from "./webhook-table.tsx";
import Alert from "@cloudscape-design/components/alert";
import Link from "@cloudscape-design/components/link";
import { serverNow } from "../../api/clock.ts";
import { Countdown } from "../../components/time.tsx";
import { counted } from "#shared/text/numbers.ts";

const title = "Webhooks";
const newPath = "/webhooks/new";

/** The webhooks with their states and their last 24 hours. Search, states, order and page stand in the address. */
export const WebhooksPage = () => {
  const { search, change } = useListSearch();
  const preferences = useTablePreferences(webhookTableId, webhookColumns);
  const query = useWebhookPage(listQuery(search, preferences.pageSize));
  const missing = useMissingGrant("webhooks/modify");
  // The selection as it was when the dialog opened: what is confirmed is what is done, whatever the list shows meanwhile.
  const [dialog, setDialog] = useState<{ readonly action: BulkAction; readonly selection: BulkSelection }>();
  const [selected, setSelected] = useSelected(search);
  useShortcut(
    missing === undefined ? { keys: "c", label: "Create a webhook", run: () => navigate(newPath) } : undefined,
  );
  useExistingPage(query, search, change);

  const { matching = 0 } = query.data ?? {};
  const size = selected === "matching" ? matching : selected.size;
  const isSelected = ({ id }: WebhookRow): boolean => selected === "matching" || selected.has(id);
  const openDialog = (action: BulkAction): void =>
    setDialog({
      action,
      selection:
        selected === "matching"
          ? { kind: "matching", query: matchingOf(search), size: matching }
          : { kind: "rows", rows: asPresent(selected, query.data?.results ?? []), size },
    });
  const onClose = (): void => setDialog(undefined);
  const onStart = (): void => {
    onClose();
    setSelected(nothingSelected);
  };

  return (
    <Page
      title={title}
      heading={false}
      contentType="table"
      ready={!query.isPending && (!query.isPlaceholderData || query.isError)}
    >
      <WebhookTable
        title={title}
        query={query}
        search={search}
        preferences={preferences}
        onSearch={change}
        {...(missing === undefined
          ? {
              selection: {
                isSelected,
                size,
                onChange: (shown, chosen) =>
                  setSelected(withSelected(selected === "matching" ? nothingSelected : selected, shown, chosen)),
              },
            }
          : {})}
        notice={
          <>
            <AtRisk webhooks={query.data?.results ?? []} />
            {missing === undefined && (
              <SelectionBar
                size={size}
                matching={matching}
                onSelectAll={() => setSelected("matching")}
                onClear={() => setSelected(nothingSelected)}
              />
            )}
          </>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {missing === undefined && <BulkButtons hasSelection={size > 0} onAction={openDialog} />}
            <Button
              variant="primary"
              href={hrefOf(newPath)}
              disabled={missing !== undefined}
              disabledReason={missing ?? ""}
            >
              Create webhook
            </Button>
          </SpaceBetween>
        }
        empty={<NoWebhooks />}
      />
      {dialog !== undefined &&
        (dialog.action === "recover" ? (
          <RecoverDialog selection={dialog.selection} onClose={onClose} onStart={onStart} />
        ) : (
          <BulkDialog action={dialog.action} selection={dialog.selection} onClose={onClose} onStart={onStart} />
        ))}
    </Page>
  );
};

/** Webhooks that were chosen one by one, on whatever pages; or all that match. */
type Selected = ReadonlyMap<string, WebhookRow> | "matching";

const nothingSelected: ReadonlyMap<string, WebhookRow> = new Map();

/** What is selected, until something else is searched for: what is out of sight must not be acted upon. */
const useSelected = ({ text, states, subaccount }: ListSearch) => {
  const key = JSON.stringify([text, states, subaccount]);
  const [known, setKnown] = useState(key);
  const [selected, setSelected] = useState<Selected>(nothingSelected);
  // The way back, a link or another part of the page may have changed the address.
  if (key !== known) {
    setKnown(key);
    setSelected(nothingSelected);
  }
  return [selected, setSelected] as const;
};

const matchingOf = (search: ListSearch) => {
  const { search: text, state, subaccount_id } = listQuery(search, 1);
  return { search: text, state, subaccount_id };
};

/** Selected rows as they were read last. */
const asPresent = (selected: ReadonlyMap<string, WebhookRow>, rows: readonly WebhookRow[]): readonly WebhookRow[] => {
  const present = new Map(rows.map((row) => [row.id, row]));
  return [...selected.values()].map((row) => present.get(row.id) ?? row);
};

/** What is selected after the selection among the shown rows was changed; what other pages have stays selected. */
const withSelected = (
  selected: ReadonlyMap<string, WebhookRow>,
  shown: readonly WebhookRow[],
  chosen: readonly WebhookRow[],
): ReadonlyMap<string, WebhookRow> => {
  const next = new Map(selected);
  for (const { id } of shown) next.delete(id);
  for (const row of chosen) next.set(row.id, row);
  return next;
};

interface ListSearchState {
  readonly search: ListSearch;
  readonly change: (changed: Partial<ListSearch>) => void;
}

/** What the list shows, kept in the address: a link shows the same rows, and the way back leads through them. */
const useListSearch = (): ListSearchState => {
  const [path] = useLocation();
  const address = useSearch();
  const search = useMemo(() => readListSearch(address), [address]);
  const change = (changed: Partial<ListSearch>): void => {
    const next = { ...search, page: 1, ...changed };
    // A text that grows is one search, not a page of the history for each of its letters.
    const isTyping = changed.text !== undefined && changed.text !== "" && search.text !== "";
    navigate(`${path}${listSearchText(next)}`, { replace: isTyping });
  };
  return { search, change };
};

/** Goes to the first page when the present one is behind it: webhooks were deleted, or the link is old. */
const useExistingPage = (
  { data, isPlaceholderData: isOld }: ReturnType<typeof useWebhookPage>,
  search: ListSearch,
  change: ListSearchState["change"],
): void => {
  const isBehind = !isOld && data?.results.length === 0 && (data.matching ?? 0) > 0 && search.page > 1;
  const goBack = useEffectEvent(() => change({ page: 1 }));
  useEffect(() => {
    if (isBehind) goBack();
  }, [isBehind]);
};

/** A batch that expires sooner than this wants somebody's attention. */
const soonMs = 60 * 60 * 1_000;
const maxShown = 3;

interface AtRiskProps {
  readonly webhooks: readonly WebhookRow[];
}

/** The webhooks that are about to lose events, the most urgent first. */
const AtRisk = ({ webhooks }: AtRiskProps) => {
  const now = serverNow();
  const urgent = webhooks
    .flatMap((webhook) => (webhook.next_expiry_at === undefined ? [] : [{ webhook, at: webhook.next_expiry_at }]))
    .filter(({ at }) => Date.parse(at) - now < soonMs)
    .toSorted((a, b) => a.at.localeCompare(b.at));
  if (urgent.length === 0) return null;
  return (
    <Alert
      type="warning"
      header={`${counted(urgent.length, "webhook of this page is", "webhooks of this page are")} about to lose events`}
    >
      <ul className="consequences">
        {urgent.slice(0, maxShown).map(({ webhook, at }) => (
          <li key={webhook.id} className="wrap">
            <Link href={hrefOf(`/webhooks/${webhook.id}`)}>
              <bdi className="one-line" title={webhook.name}>
                {webhook.name}
              </bdi>
            </Link>
            {`: ${counted(webhook.pending_batches, "batch", "batches")}, ${counted(webhook.pending_events, "event")} at risk; the first expires in `}
            <Countdown to={at} due="a moment" announce={`${webhook.name}: the first batch expires`} />
          </li>
        ))}
        {urgent.length > maxShown && <li>{`and ${urgent.length - maxShown} more`}</li>}
      </ul>
    </Alert>
  );
};
