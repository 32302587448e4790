import Link from "@cloudscape-design/components/link";
import type { Batch } from "#shared/contract/api/batch.ts";
import { BatchStateView } from "../../../components/states.tsx";
import { Countdown, Time } from "../../../components/time.tsx";
import type { Column } from "../../../components/table/table-settings.tsx";
import { shortId } from "#shared/text/ids.ts";
import { bytes, count } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { closedByTexts, reasonText } from "../../../components/state-text.ts";
import { hrefOf } from "../../../hash-location.ts";
import { batchPath } from "../webhook-tabs.ts";

/** Columns of the list of batches: what is running out stands where a window of 1280 pixels shows it. */
export const batchColumns: readonly Column<Batch>[] = [
  {
    id: "batch",
    header: "Batch",
    isRowHeader: true,
    minWidth: 100,
    cell: ({ webhook_id: webhookId, batch_id: id }) => (
      <Link href={hrefOf(batchPath(webhookId, id))}>
        <code title={id}>{shortId(id)}</code>
      </Link>
    ),
  },
  {
    id: "state",
    header: "State",
    minWidth: 150,
    cell: (batch) => (
      <>
        <BatchStateView state={batch.state} />
        {batch.reason !== undefined && batch.state !== "delivered" && (
          <div className="secondary">{reasonText(batch.reason)}</div>
        )}
      </>
    ),
  },
  {
    id: "next",
    header: "Next attempt",
    minWidth: 110,
    cell: ({ next_attempt_at: at }) => (at === undefined ? "–" : <Countdown to={at} />),
  },
  {
    id: "expires",
    header: "Expires in",
    minWidth: 100,
    cell: (batch) =>
      batch.state === "retrying" || batch.state === "parked" ? <Countdown to={batch.expires_at} due="a moment" /> : "–",
  },
  {
    id: "formed",
    header: "Formed",
    minWidth: 110,
    cell: ({ closed_at: at, created_at: since }) => <Time at={at ?? since} />,
  },
  {
    id: "events",
    header: "Events",
    minWidth: 90,
    cell: ({ events }) => <span className="tabular">{count(events)}</span>,
  },
  {
    id: "attempts",
    header: "Attempts",
    minWidth: 95,
    cell: ({ attempts }) => <span className="tabular">{count(attempts)}</span>,
  },
  {
    id: "answer",
    header: "Last answer",
    minWidth: 130,
    cell: ({ response_code: code, latency_ms: ms, attempts }) =>
      attempts === 0 ? "–" : `${code ?? "none"}${ms === undefined ? "" : ` in ${duration(ms)}`}`,
  },
  {
    id: "closed_by",
    header: "Closed by",
    minWidth: 150,
    cell: (batch) => (
      <>
        <div className="nowrap">{batch.closed_by === undefined ? "–" : closedByTexts[batch.closed_by]}</div>
        {batch.batch_size !== undefined && <FillBar events={batch.events} most={batch.batch_size} />}
      </>
    ),
  },
  {
    id: "size",
    header: "Size",
    shown: false,
    minWidth: 90,
    cell: (batch) => <span className="nowrap">{bytes(batch.bytes)}</span>,
  },
  {
    id: "origin",
    header: "Origin",
    shown: false,
    minWidth: 140,
    cell: ({ replay_id: replay, split_from: whole }) =>
      [replay === undefined ? "" : `replay ${shortId(replay)}`, whole === undefined ? "" : `half of ${shortId(whole)}`]
        .filter((part) => part !== "")
        .join(", ") || "traffic",
  },
  {
    id: "id",
    header: "Whole id",
    shown: false,
    minWidth: 320,
    cell: ({ batch_id: id }) => <code>{id}</code>,
  },
];

interface FillBarProps {
  readonly events: number;
  /** Events that the batch could have had. */
  readonly most: number;
}

const width = 100;

/** How full a batch was when it closed. */
const FillBar = ({ events, most }: FillBarProps) => {
  const share = Math.min(1, events / Math.max(1, most));
  const label = `${count(events)} of ${count(most)} events`;
  return (
    <svg className="fill-bar" viewBox={`0 0 ${width} 4`} preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <rect className="track" width={width} height="4" />
      <rect className="plain" width={Math.max(1, share * width)} height="4" />
    </svg>
  );
};
