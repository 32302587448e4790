import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { flash } from "../../shell/flashes.ts";
import { ErrorView } from "../error-view.tsx";
import { ActionConsequences } from "./action-consequences.tsx";
import { type ActionSubject, addQueued, nothingQueued, perform, type WebhookAction } from "./webhook-action.ts";
import { DialogFooter } from "../dialog-footer.tsx";

interface WebhookActionDialogProps {
  readonly action: WebhookAction;
  readonly webhook: ActionSubject;
  readonly onClose: () => void;
  /** After it was done. */
  readonly onDone?: () => void;
}

const verbs: Readonly<Record<WebhookAction, { readonly now: string; readonly done: string }>> = {
  pause: { now: "Pause", done: "paused" },
  resume: { now: "Resume", done: "resumed" },
  delete: { now: "Delete", done: "deleted" },
};

/** Says what is queued and what becomes of it before a webhook is paused, resumed or deleted. */
export const WebhookActionDialog = ({ action, webhook, onClose, onDone }: WebhookActionDialogProps) => {
  const [typed, setTyped] = useState("");
  const { name } = webhook;
  const isConfirmed = action !== "delete" || typed.trim() === name.trim();
  const { now, done } = verbs[action];

  const act = useMutation({
    mutationFn: () => perform(action, webhook.id),
    onSuccess: () => {
      flash({ type: "success", header: `${name} ${done}` });
      onClose();
      onDone?.();
    },
  });

  return (
    <Modal
      visible
      header={
        <span className="wrap">
          {now} {name}?
        </span>
      }
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <DialogFooter onCancel={onClose}>
          <Button
            variant="primary"
            loading={act.isPending}
            disabled={!isConfirmed}
            disabledReason="Type the confirmation first."
            onClick={() => act.mutate()}
          >
            {now}
          </Button>
        </DialogFooter>
      }
    >
      <SpaceBetween size="m">
        <ActionConsequences action={action} queued={addQueued(nothingQueued, webhook)} />
        {action === "delete" && (
          <FormField
            label={
              <span className="wrap">
                To confirm, type <strong>{name}</strong>
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
        {act.isError && <ErrorView what={`${name} was not ${done}`} error={act.error} />}
      </SpaceBetween>
    </Modal>
  );
};
