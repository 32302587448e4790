import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import Modal from "@cloudscape-design/components/modal";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { count, counted } from "#shared/text/numbers.ts";
import { DialogFooter } from "../components/dialog-footer.tsx";
import { ErrorView } from "../components/error-view.tsx";
import { hrefOf } from "../hash-location.ts";
import { recoveryLosses } from "../pages/webhook/replay/replay-text.ts";
import { failuresByReason } from "./bulk-failures.ts";
import { startBulk } from "./bulk-job.ts";
import type { BulkSelection } from "./bulk-selection.ts";
import { planRecovery, type RecoveryPlan } from "./recovery-plan.ts";

interface RecoverDialogProps {
  readonly selection: BulkSelection;
  readonly onClose: () => void;
  /** After the work has begun. */
  readonly onStart: () => void;
}

/** Counts what has expired of many webhooks, names it, and sends it when that is confirmed. */
export const RecoverDialog = ({ selection, onClose, onStart }: RecoverDialogProps) => {
  const [step, setStep] = useState({ what: "finding", done: 0, of: selection.size });
  // Counted once: what is confirmed is what is sent.
  const { data, error, refetch } = useQuery({
    queryKey: ["recovery-plan", selection],
    queryFn: ({ signal }) => planRecovery(selection, { signal, onProgress: setStep }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const subjects = (data?.webhooks ?? []).map(({ subject }) => subject);
  const batches = (data?.webhooks ?? []).reduce((sum, { count: found }) => sum + found.batches_formed, 0);
  const label = step.what === "finding" ? "Finding the webhooks" : "Counting their expired batches";
  return (
    <Modal
      visible
      size="large"
      header="Recover expired batches"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <DialogFooter onCancel={onClose}>
          <Button
            variant="primary"
            disabled={subjects.length === 0}
            disabledReason={data === undefined ? "The batches are still being counted." : "There is nothing to send."}
            onClick={() => {
              void startBulk({ action: "recover", subjects });
              onStart();
            }}
          >
            {data === undefined ? "Send" : `Send ${counted(batches, "batch", "batches")}`}
          </Button>
        </DialogFooter>
      }
    >
      {error !== null && (
        <ErrorView what="The batches could not be counted" error={error} onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <ProgressBar
          label={label}
          value={(100 * step.done) / Math.max(1, step.of)}
          additionalInfo={`${count(step.done)} of ${count(step.of)}`}
        />
      )}
      {data !== undefined && <Plan plan={data} batches={batches} />}
    </Modal>
  );
};

interface PlanProps {
  readonly plan: RecoveryPlan;
  readonly batches: number;
}

/** Webhooks that are named. */
const maxNamed = 100;

const Plan = ({ plan, batches }: PlanProps) => {
  const { webhooks, past, unknown, paused, failures, left } = plan;
  const events = webhooks.reduce((sum, { count: found }) => sum + found.events_matched, 0);
  const recovery = { past_retention: past, unknown, batch_ids: [] };
  return (
    <SpaceBetween size="m">
      {webhooks.length === 0 ? (
        <Box>No batch that expired can be sent. Those that were recovered already are not sent again.</Box>
      ) : (
        <>
          <Box>
            {`${counted(batches, "batch", "batches")} with ${counted(events, "event")} go to ${counted(webhooks.length, "webhook")}, each with its own id and events. Nothing that was delivered comes again.`}
          </Box>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
          <section className="chart-table" tabIndex={0} aria-label="What each webhook gets">
            <table className="plain-table tabular">
              <thead>
                <tr>
                  <th scope="col">Webhook</th>
                  <th scope="col">Batches</th>
                  <th scope="col">Events</th>
                </tr>
              </thead>
              <tbody>
                {webhooks.slice(0, maxNamed).map(({ subject, count: found }) => (
                  <tr key={subject.id}>
                    {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its text lies deeper than the rule looks */}
                    <td className="risk-name">
                      <Link href={hrefOf(`/webhooks/${subject.id}/replay`)}>
                        <bdi className="clamp" title={subject.name}>
                          {subject.name}
                        </bdi>
                      </Link>
                    </td>
                    <td>{count(found.batches_formed)}</td>
                    <td>{count(found.events_matched)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          {webhooks.length > maxNamed && <Box>{`and ${counted(webhooks.length - maxNamed, "webhook")} more`}</Box>}
        </>
      )}
      {recoveryLosses({ recovery }).map((loss) => (
        <Box key={loss}>{loss}</Box>
      ))}
      {paused > 0 && (
        <Alert type="warning">
          {paused === 1
            ? "1 webhook that has lost batches is paused: resume it first."
            : `${count(paused)} webhooks that have lost batches are paused: resume them first.`}
        </Alert>
      )}
      {failuresByReason(failures).map(({ reason, fix, failures: found }) => (
        <Alert key={reason} type="warning" header={`${counted(found.length, "webhook")} not counted`}>
          <span className="wrap">{fix === undefined ? reason : `${reason}. ${fix}`}</span>
        </Alert>
      ))}
      {left.length > 0 && <Box>{`${counted(left.length, "webhook")} not counted.`}</Box>}
    </SpaceBetween>
  );
};
