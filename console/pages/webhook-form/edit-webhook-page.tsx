import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Spinner from "@cloudscape-design/components/spinner";
import { useMemo, useState } from "react";
import { useParams } from "wouter";
import { ApiError } from "../../api/api-error.ts";
import { callApi } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { queryKeys, useWebhook } from "../../api/queries.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { SecretDialog } from "../../components/secret-dialog.tsx";
import { navigate } from "../../hash-location.ts";
import { flash } from "../../shell/flashes.ts";
import { WebhookFrame } from "../webhook/webhook-frame.tsx";
import { discardDraft, draftOf } from "./drafts.ts";
import { changedFieldsOf, type FormValues, formValuesOf } from "./form-values.ts";
import { saveNotice } from "./save-notice.ts";
import { SigningSecret } from "./signing-secret.tsx";
import { WebhookForm } from "./webhook-form.tsx";

/** Changes a webhook. Only what was changed is sent, and not when someone else has changed the webhook meanwhile. */
export const EditWebhookPage = () => {
  const { id = "" } = useParams();
  const { data, error, refetch } = useWebhook(id);
  return (
    <WebhookFrame tab="settings" ready={data !== undefined || error !== null}>
      {({ pending_batches: queued }) => (
        <>
          {error !== null && data === undefined && (
            <ErrorView what="The settings could not be loaded" error={error} onRetry={() => void refetch()} />
          )}
          {error === null && data === undefined && (
            <Box textAlign="center">
              <Spinner /> Loading the settings
            </Box>
          )}
          {data !== undefined && <EditForm key={id} loaded={data} queued={queued} />}
        </>
      )}
    </WebhookFrame>
  );
};

interface EditFormProps {
  readonly loaded: Webhook;
  /** Batches that wait with the settings of before. */
  readonly queued: number;
}

const EditForm = ({ loaded, queued }: EditFormProps) => {
  // Later answers do not change what is being edited, nor does leaving the page for a while.
  const [webhook, setWebhook] = useState(() => draftOf(loaded.id)?.base ?? loaded);
  const [isOutdated, setIsOutdated] = useState(false);
  const [reloads, setReloads] = useState(0);
  const [secret, setSecret] = useState<string>();
  const before = useMemo(() => formValuesOf(webhook), [webhook]);
  const page = `/webhooks/${webhook.id}`;

  const save = async (values: FormValues): Promise<void> => {
    const body = changedFieldsOf(values, before);
    if (Object.keys(body).length === 0) {
      flash({ type: "info", header: "Nothing was changed" });
      navigate(page);
      return;
    }
    try {
      const { signing_secret: newSecret } = await callApi("PUT /v1/webhooks/{id}", {
        parameters: { id: webhook.id },
        body,
        ...(webhook.etag === undefined ? {} : { headers: { "if-match": webhook.etag } }),
      });
      await queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
      flash({
        type: "success",
        header: (
          <>
            Webhook <bdi>{values.name.trim()}</bdi> saved
          </>
        ),
        content: "The change holds for new batches within 60 seconds.",
      });
      if (newSecret === undefined) navigate(page);
      else setSecret(newSecret);
    } catch (error) {
      setIsOutdated(error instanceof ApiError && error.status === 412);
      throw error;
    }
  };
  const reload = async (): Promise<void> => {
    const current = await callApi("GET /v1/webhooks/{id}", { parameters: { id: webhook.id } });
    discardDraft(webhook.id);
    setWebhook(current);
    setIsOutdated(false);
    setReloads(reloads + 1);
  };
  /** The new secret has made another revision, which the form may go on from unless others have changed the webhook too. */
  const goOnFromRotation = async (): Promise<void> => {
    const current = await callApi("GET /v1/webhooks/{id}", { parameters: { id: webhook.id } });
    const isSame = JSON.stringify(formValuesOf(current)) === JSON.stringify(before);
    setWebhook(isSame ? current : { ...webhook, ...signingOf(current) });
    await queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
  };

  return (
    <>
      <WebhookForm
        key={reloads}
        before={before}
        webhook={webhook}
        submitText="Save"
        onSubmit={save}
        onCancel={() => navigate(page)}
        signingSecret={<SigningSecret webhook={webhook} onRotated={() => void goOnFromRotation().catch(ignore)} />}
        notice={(values) => saveNotice(values, before, queued)}
      />
      {isOutdated && <Button onClick={() => void reload()}>Load the current settings and discard my changes</Button>}
      {secret !== undefined && (
        <SecretDialog
          header="Signing secret"
          what="signing secret"
          secret={secret}
          hint="Give it to the receiver, which verifies each POST with it."
          onDone={() => navigate(page)}
        />
      )}
    </>
  );
};

/** A form that could not go on from the new revision is told so when it is saved. */
const ignore = (): void => undefined;

const signingOf = ({ signing_secret: secret, old_secrets_end: end }: Webhook): Partial<Webhook> => ({
  ...(secret === undefined ? {} : { signing_secret: secret }),
  ...(end === undefined ? {} : { old_secrets_end: end }),
});
