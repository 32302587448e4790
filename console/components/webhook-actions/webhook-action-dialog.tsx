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

/** An accent may be part of its letter, or a character of its own: a keyboard has one of the two. */
const isSame = (typed: string, name: string): boolean => typed.normalize().trim() === name.normalize().trim();

/** Says what is queued and what becomes of it before a webhook is paused, resumed or deleted. */
export const WebhookActionDialog = ({ action, webhook, onClose, onDone }: WebhookActionDialogProps) => {
  const [typed, setTyped] = useState("");
  const { name } = webhook;
  const isConfirmed = action !== "delete" || isSame(typed, name);
  const { now, done } = verbs[action];

  const act = useMutation({
    mutationFn: () => perform(action, webhook.id),
    onSuccess: () => {
      flash({
        type: "success",
        header: (
          <>
            <bdi>{name}</bdi> {done}
          </>
        ),
      });
      onClose();
      onDone?.();
    },
  });

  return (
    <Modal
      visible
      header={
        <span className="wrap">
          {now} <bdi>{name}</bdi>?
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
                To confirm, type <bdi className="strong">{name}</bdi>
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
        {act.isError && <ErrorView what={`The webhook was not ${done}`} error={act.error} />}
      </SpaceBetween>
    </Modal>
  );
};
