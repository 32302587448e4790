import Link from "@cloudscape-design/components/link";
import type { Batch } from "#shared/contract/api/batch.ts";
import { BatchStateView } from "../../../components/batch-state.tsx";
import { Countdown } from "../../../components/countdown.tsx";
import type { Column } from "../../../components/table/column.ts";
import { Time } from "../../../components/time.tsx";
import { shortId } from "#shared/text/ids.ts";
import { bytes, count } from "#shared/text/numbers.ts";
import { duration } from "#shared/text/times.ts";
import { closedByTexts, reasonText } from "../../../format/state-text.ts";
import { hrefOf } from "../../../routing/hash-location.ts";
import { batchPath } from "../webhook-tabs.ts";
import { FillBar } from "./fill-bar.tsx";

/** Columns of the list of batches. */
export const batchColumns: readonly Column<Batch>[] = [
  {
    id: "batch",
    header: "Batch",
    isRowHeader: true,
    minWidth: 110,
    cell: ({ webhook_id: webhookId, batch_id: id }) => (
      <Link href={hrefOf(batchPath(webhookId, id))}>
        <code title={id}>{shortId(id)}</code>
      </Link>
    ),
  },
  {
    id: "state",
    header: "State",
    minWidth: 170,
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
    id: "next",
    header: "Next attempt",
    minWidth: 130,
    cell: ({ next_attempt_at: at }) => (at === undefined ? "–" : <Countdown to={at} />),
  },
  {
    id: "expires",
    header: "Expires in",
    minWidth: 120,
    cell: (batch) =>
      batch.state === "retrying" || batch.state === "parked" ? <Countdown to={batch.expires_at} due="a moment" /> : "–",
  },
  {
    id: "size",
    header: "Size",
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
