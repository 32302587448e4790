import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import type { RotatedSecret, Webhook } from "#shared/contract/api/webhook.ts";
import { Time, useNow } from "../../components/time.tsx";
import { useMissingGrant } from "../../grants.ts";
import { SecretDialog } from "../../components/secret-dialog.tsx";
import { secretOverlaps } from "../../components/secret-overlaps.ts";
import FormField from "@cloudscape-design/components/form-field";
import Modal from "@cloudscape-design/components/modal";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { callApi } from "../../api/client.ts";
import { ErrorView } from "../../components/error-view.tsx";

interface SigningSecretProps {
  readonly webhook: Webhook;
  /** After the new secret was shown. */
  readonly onRotated: () => void;
}

/** The secret that a webhook signs with, masked, and how long the one before it still signs. */
export const SigningSecret = ({ webhook, onRotated }: SigningSecretProps) => {
  const [asks, setAsks] = useState(false);
  const [rotated, setRotated] = useState<RotatedSecret>();
  const missing = useMissingGrant("webhooks/modify");
  const now = useNow();
  const { signing_secret: mask = "", old_secrets_end: end } = webhook;
  return (
    <div className="signing-secret">
      <Box variant="awsui-key-label">Signing secret</Box>
      <div className="batch-line">
        <div>
          <code>{mask}</code>
          {end !== undefined && Date.parse(end) > now && (
            <div className="secondary">
              The secret before it signs too, until <Time at={end} exact />.
            </div>
          )}
        </div>
        <Button
          formAction="none"
          disabled={missing !== undefined}
          disabledReason={missing ?? ""}
          onClick={() => setAsks(true)}
        >
          Rotate secret
        </Button>
      </div>
      {asks && (
        <RotateSecretDialog
          webhook={webhook}
          onClose={() => setAsks(false)}
          onRotated={(secret) => {
            setAsks(false);
            setRotated(secret);
          }}
        />
      )}
      {rotated?.signing_secret !== undefined && (
        <SecretDialog
          header="New signing secret"
          what="signing secret"
          secret={rotated.signing_secret}
          hint="Give it to the receiver, which verifies each POST with it."
          onDone={() => {
            setRotated(undefined);
            onRotated();
          }}
        />
      )}
    </div>
  );
};

interface RotateSecretDialogProps {
  readonly webhook: Webhook;
  readonly onClose: () => void;
  readonly onRotated: (secret: RotatedSecret) => void;
}

/** Says what a new signing secret means for the receiver before it is made. */
const RotateSecretDialog = ({ webhook, onClose, onRotated }: RotateSecretDialogProps) => {
  const [overlap, setOverlap] = useState("24");
  const rotate = useMutation({
    mutationFn: () =>
      callApi("POST /v1/webhooks/{id}/rotate-secret", {
        parameters: { id: webhook.id },
        body: { overlap_hours: Number(overlap) },
      }),
    onSuccess: onRotated,
  });
  return (
    <Modal
      visible
      header="Rotate the signing secret?"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={onClose}>
              Cancel
            </Button>
            <Button formAction="none" variant="primary" loading={rotate.isPending} onClick={() => rotate.mutate()}>
              Rotate
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <FormField label="How long the old secret keeps signing next to the new one">
          <RadioGroup value={overlap} items={secretOverlaps} onChange={({ detail }) => setOverlap(detail.value)} />
        </FormField>
        <ul className="consequences">
          <li>
            {overlap === "0"
              ? "A receiver that knows only the old secret refuses new batches, within 60 seconds from now, until you give it the new one."
              : "Until then each POST carries a signature of both, so that the receiver can change at any time in between."}
          </li>
          <li>Batches that are queued already stay signed as they are now.</li>
        </ul>
        {rotate.isError && <ErrorView what="The secret was not rotated" error={rotate.error} />}
      </SpaceBetween>
    </Modal>
  );
};
