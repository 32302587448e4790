import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";

interface SecretDialogProps {
  readonly header: ReactNode;
  /** What the secret is: "API key". */
  readonly what: string;
  readonly secret: string;
  readonly hint: string;
  readonly onDone: () => void;
}

/** Shows a secret once. It closes only when the user says that the secret is stored. */
export const SecretDialog = ({ header, what, secret, hint, onDone }: SecretDialogProps) => {
  const [stored, setStored] = useState(false);
  return (
    <Modal
      visible
      header={header}
      closeAriaLabel="Close"
      onDismiss={() => {
        if (stored) onDone();
      }}
      footer={
        <Box float="right">
          <Button
            variant="primary"
            disabled={!stored}
            disabledReason={`Say that the ${what} is stored first.`}
            onClick={onDone}
          >
            Done
          </Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">{`This is the only time that the ${what} is shown. Store it now.`}</Alert>
        <div className="wrap">
          <CopyToClipboard
            variant="inline"
            textToCopy={secret}
            copyButtonAriaLabel={`Copy ${what}`}
            copySuccessText="Copied"
            copyErrorText="It could not be copied: select the text instead"
          />
        </div>
        <Box color="text-body-secondary">{hint}</Box>
        <Checkbox checked={stored} onChange={({ detail }) => setStored(detail.checked)}>
          {`I have stored the ${what}`}
        </Checkbox>
      </SpaceBetween>
    </Modal>
  );
};
