import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import type { RotatedSecret, Webhook } from "#shared/contract/api/webhook.ts";
import { Time } from "../../components/time.tsx";
import { useNow } from "../../components/use-now.ts";
import { useMissingGrant } from "../../session/grants.ts";
import { SecretDialog } from "../../components/secret-dialog.tsx";
import { RotateSecretDialog } from "./rotate-secret-dialog.tsx";

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
      {rotated !== undefined && (
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
