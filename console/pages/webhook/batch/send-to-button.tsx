import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { callApi } from "../../../api/client.ts";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import type { SendResult } from "#shared/contract/api/probe.ts";
import { CodeBlock } from "../../../components/code-block.tsx";
import { ErrorView, RemedyView } from "../../../components/error-view.tsx";
import { responseText, verdict } from "../../../components/test-outcome/test-outcome.tsx";
import { useMissingGrant } from "../../../grants.ts";

interface SendToProps {
  readonly batch: BatchWithAttempts;
}

/** Sends a batch to a URL of one's own, once; nothing for a batch whose body is not there. */
export const SendToButton = ({ batch }: SendToProps) => {
  const [isOpen, setIsOpen] = useState(false);
  const missing = useMissingGrant("webhooks/modify");
  if (!batch.body_available || batch.uncut === true) return null;
  return (
    <>
      <Button disabled={missing !== undefined} disabledReason={missing ?? ""} onClick={() => setIsOpen(true)}>
        Send to another URL
      </Button>
      {isOpen && <SendToDialog batch={batch} onClose={() => setIsOpen(false)} />}
    </>
  );
};

const SendToDialog = ({ batch, onClose }: SendToProps & { readonly onClose: () => void }) => {
  const [target, setTarget] = useState("");
  const send = useMutation({
    mutationFn: () =>
      callApi("POST /v1/webhooks/{id}/batches/{batch_id}/send", {
        parameters: { id: batch.webhook_id, batch_id: batch.batch_id },
        body: { target: target.trim() },
      }),
  });
  return (
    <Modal
      visible
      header="Send the batch to another URL"
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Close
            </Button>
            <Button
              variant="primary"
              loading={send.isPending}
              loadingText="Sending the batch"
              disabled={target.trim() === ""}
              onClick={() => send.mutate()}
            >
              Send
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (target.trim() !== "" && !send.isPending) send.mutate();
          }}
        >
          <FormField
            label="URL"
            description="A test POST, and if the URL takes it, one with the batch's body. The webhook's token, headers and signature are left out, and nothing of the batch changes."
          >
            <Input
              type="url"
              inputMode="url"
              placeholder="https://in.example.net/try"
              value={target}
              onChange={({ detail }) => setTarget(detail.value)}
            />
          </FormField>
        </form>
        {send.error !== null && <ErrorView what="The batch was not sent" error={send.error} />}
        {send.data !== undefined && <Sent result={send.data} />}
      </SpaceBetween>
    </Modal>
  );
};

/** What came of it. */
const Sent = ({ result }: { readonly result: SendResult }) => {
  const { ok, likely, fix, response } = result;
  return (
    <SpaceBetween size="s">
      <Alert type={ok ? "success" : "error"} header={verdict(result)}>
        {ok ? null : <RemedyView likely={likely} fix={fix} />}
      </Alert>
      {response !== undefined && <CodeBlock label="response" text={responseText(response)} />}
    </SpaceBetween>
  );
};
