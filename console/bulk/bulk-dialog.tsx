import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { count, counted } from "#shared/text/numbers.ts";
import { ErrorView } from "../components/error-view.tsx";
import { ActionConsequences } from "../components/webhook-actions/action-consequences.tsx";
import { secretOverlaps } from "../components/secret-overlaps.ts";
import { bulkTexts } from "./bulk-actions.ts";
import type { BulkAction } from "./bulk-failures.ts";
import { startBulk } from "./bulk-job.ts";
import { type BulkSelection, findSubjects } from "./bulk-selection.ts";
import { DialogFooter } from "../components/dialog-footer.tsx";

interface BulkDialogProps {
  readonly action: Exclude<BulkAction, "recover">;
  readonly selection: BulkSelection;
  readonly onClose: () => void;
  /** After the work has begun. */
  readonly onStart: () => void;
}

/** Finds the webhooks that are meant, says what becomes of them, and starts the work when that is confirmed. */
export const BulkDialog = ({ action, selection, onClose, onStart }: BulkDialogProps) => {
  const [found, setFound] = useState(0);
  const [typed, setTyped] = useState("");
  const [overlap, setOverlap] = useState("24");
  // Read once: what is confirmed is what is done.
  const { data, error, refetch } = useQuery({
    queryKey: ["bulk-subjects", action, selection],
    queryFn: ({ signal }) => findSubjects(action, selection, { signal, onProgress: setFound }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  const subjects = data?.subjects ?? [];
  const isConfirmed = action !== "delete" || typed.replaceAll(/[\s,.]/g, "") === String(subjects.length);
  const { now } = bulkTexts[action];
  return (
    <Modal
      visible
      header={data === undefined ? `${now}: finding the webhooks` : `${now}: ${counted(subjects.length, "webhook")}`}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <DialogFooter onCancel={onClose}>
          <Button
            variant="primary"
            disabled={subjects.length === 0 || !isConfirmed}
            disabledReason={
              data === undefined
                ? "The webhooks are still being found."
                : subjects.length === 0
                  ? "There is nothing to do."
                  : "Type the confirmation first."
            }
            onClick={() => {
              void startBulk({ action, subjects, overlapHours: Number(overlap) });
              onStart();
            }}
          >
            {now}
          </Button>
        </DialogFooter>
      }
    >
      <SpaceBetween size="m">
        {error !== null && (
          <ErrorView what="The webhooks could not be found" error={error} onRetry={() => void refetch()} />
        )}
        {data === undefined && error === null && (
          <ProgressBar
            label="Finding the webhooks"
            value={(100 * found) / Math.max(1, selection.size)}
            additionalInfo={`${count(found)} of ${count(selection.size)}`}
          />
        )}
        {data !== undefined && data.unfit > 0 && (
          <Box>{`${counted(data.unfit, "webhook")} of the selection ${data.unfit === 1 ? "is" : "are"} ${action === "pause" ? "paused" : "active"} already.`}</Box>
        )}
        {subjects.length > 0 && data !== undefined && <Consequences action={action} queued={data.queued} />}
        {action === "rotate" && (
          <FormField label="How long the old secrets go on signing next to the new ones">
            <RadioGroup value={overlap} items={secretOverlaps} onChange={({ detail }) => setOverlap(detail.value)} />
          </FormField>
        )}
        {action === "delete" && subjects.length > 0 && (
          <FormField
            label={
              <>
                To confirm, type <strong>{subjects.length}</strong>
              </>
            }
          >
            <Input
              value={typed}
              ariaRequired
              autoComplete={false}
              inputMode="numeric"
              onChange={({ detail }) => setTyped(detail.value)}
            />
          </FormField>
        )}
      </SpaceBetween>
    </Modal>
  );
};

interface ConsequencesProps extends Pick<BulkDialogProps, "action"> {
  readonly queued: Parameters<typeof ActionConsequences>[0]["queued"];
}

const Consequences = ({ action, queued }: ConsequencesProps) => {
  switch (action) {
    case "pause":
    case "resume":
    case "delete":
      return <ActionConsequences action={action} queued={queued} />;
    case "test":
      return (
        <ul className="consequences">
          <li>
            Each target gets one test POST, <code>{'[{"msys":{}}]'}</code>, as its webhook is set.
          </li>
          <li>Those that do not take it are listed with their reason.</li>
        </ul>
      );
    case "rotate":
      return (
        <ul className="consequences">
          <li>Each webhook that signs gets a new secret. All of them come in one file, this once.</li>
          <li>Webhooks that do not sign are left as they are, and listed.</li>
        </ul>
      );
  }
};
