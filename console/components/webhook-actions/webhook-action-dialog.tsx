import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { counted } from "#shared/text/numbers.ts";
import { flash } from "../../shell/flashes.ts";
import { ErrorView } from "../error-view.tsx";
import { type ActionSubject, performOnAll, queuedOf, type WebhookAction } from "./webhook-action.ts";
import { Countdown } from "../time.tsx";

interface WebhookActionDialogProps {
  readonly action: WebhookAction;
  readonly subjects: readonly ActionSubject[];
  readonly onClose: () => void;
  /** After it was done to all of them. */
  readonly onDone?: () => void;
}

const verbs: Readonly<Record<WebhookAction, { readonly now: string; readonly done: string }>> = {
  pause: { now: "Pause", done: "paused" },
  resume: { now: "Resume", done: "resumed" },
  delete: { now: "Delete", done: "deleted" },
};

/** Says what is queued and what becomes of it before webhooks are paused, resumed or deleted. */
export const WebhookActionDialog = ({ action, subjects, onClose, onDone }: WebhookActionDialogProps) => {
  const [typed, setTyped] = useState("");
  const [first] = subjects;
  const what = subjects.length === 1 && first !== undefined ? first.name : counted(subjects.length, "webhook");
  const confirmation = subjects.length === 1 && first !== undefined ? first.name : String(subjects.length);
  const isConfirmed = action !== "delete" || typed.trim() === confirmation.trim();
  const { now, done } = verbs[action];

  const perform = useMutation({
    mutationFn: () => performOnAll(action, subjects),
    onSuccess: (failures) => {
      if (failures.length > 0) return;
      flash({ type: "success", header: `${what} ${done}` });
      onClose();
      onDone?.();
    },
  });
  const failures = perform.data ?? [];

  return (
    <Modal
      visible
      header={
        <span className="wrap">
          {now} {what}?
        </span>
      }
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button
              variant="primary"
              loading={perform.isPending}
              disabled={!isConfirmed}
              disabledReason="Type the confirmation first."
              onClick={() => perform.mutate()}
            >
              {now}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <ActionConsequences action={action} subjects={subjects} />
        {action === "delete" && (
          <FormField
            label={
              <span className="wrap">
                To confirm, type <strong>{confirmation}</strong>
              </span>
            }
          >
            <Input
              value={typed}
              ariaRequired
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => setTyped(detail.value)}
            />
          </FormField>
        )}
        {failures.length > 0 && subjects.length > 1 && (
          <Alert type="warning">
            {`${counted(subjects.length - failures.length, "webhook")} ${done}, ${failures.length} not.`}
          </Alert>
        )}
        {failures.map(({ subject, error }) => (
          <ErrorView key={subject.id} what={`${subject.name} was not ${done}`} error={error} />
        ))}
      </SpaceBetween>
    </Modal>
  );
};

interface ActionConsequencesProps {
  readonly action: WebhookAction;
  readonly subjects: readonly ActionSubject[];
}

/** What an action means for new events and for the batches that are queued. */
const ActionConsequences = ({ action, subjects }: ActionConsequencesProps) => {
  const { batches, events, nextExpiryAt } = queuedOf(subjects);
  const queued = `${counted(batches, "batch", "batches")} (${counted(events, "event")})`;
  const expiry = nextExpiryAt !== undefined && (
    <>
      {" The first expires in "}
      <Countdown to={nextExpiryAt} due="a moment" />.
    </>
  );
  switch (action) {
    case "pause":
      return (
        <ul className="consequences">
          <li>
            New events are <strong>not collected</strong> from 60 seconds after now on. A replay can fetch them later,
            as long as the stream keeps them.
          </li>
          <li>
            {batches === 0
              ? "No batches are queued."
              : `${queued} already formed: they wait, and still expire at their cutoff.`}
            {batches > 0 && expiry}
          </li>
        </ul>
      );
    case "resume":
      return (
        <ul className="consequences">
          <li>{batches === 0 ? "No batches are queued." : `Waiting: ${queued}. They go out.`}</li>
          <li>New events are collected from 60 seconds after now at the latest.</li>
          <li>Events of the pause come only by a replay, as long as the stream keeps them.</li>
        </ul>
      );
    case "delete":
      return (
        <ul className="consequences">
          <li>
            {batches === 0
              ? "No batches are queued."
              : `Still queued: ${queued}. They are delivered to the old target, or expire at their cutoff.`}
            {batches > 0 && expiry}
          </li>
          <li>Settings and history go. This cannot be undone.</li>
        </ul>
      );
  }
};
