import { useRef, useState } from "react";
import { callApi } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { queryKeys } from "../../api/queries.ts";
import { SecretDialog } from "../../components/secret-dialog.tsx";
import { navigate } from "../../hash-location.ts";
import { flash } from "../../shell/flashes.ts";
import { Page } from "../../shell/page.tsx";
import { creationOf, type FormValues, newFormValues } from "./form-values.ts";
import { WebhookForm } from "./webhook-form.tsx";

/** Seconds in which a new webhook is surely live. */
const liveWithinSeconds = 60;

/** Creates a webhook. Nothing is stored unless its target takes the test POST. */
export const NewWebhookPage = () => {
  const [created, setCreated] = useState<{ readonly id: string; readonly secret: string }>();
  const attempt = useRef({ body: "", key: "" });

  const create = async (values: FormValues): Promise<void> => {
    const { headers, body } = creationOf(values);
    const text = JSON.stringify({ headers, body });
    // A repeated request finds the webhook of the first one, which may have got through.
    if (attempt.current.body !== text) attempt.current = { body: text, key: crypto.randomUUID() };
    const { id, signing_secret: secret } = await callApi("POST /v1/webhooks", {
      headers: { ...headers, "idempotency-key": attempt.current.key },
      body,
    });
    await queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
    flash({
      type: "success",
      header: (
        <>
          Webhook <bdi>{values.name.trim()}</bdi> created
        </>
      ),
      content: values.active
        ? `Its target took the test POST. It takes events within ${liveWithinSeconds} seconds.`
        : "Its target took the test POST. It is paused: resume it to take events.",
    });
    if (secret === undefined) navigate(`/webhooks/${id}`);
    else setCreated({ id, secret });
  };

  return (
    <Page
      title="Create webhook"
      description="A URL and the event types that are posted there, in batches. The target must answer a test POST first."
      crumbs={[{ text: "Webhooks", path: "/webhooks" }]}
      contentType="form"
      ready
    >
      <WebhookForm
        before={newFormValues}
        submitText="Create webhook"
        onSubmit={create}
        onCancel={() => navigate("/webhooks")}
      />
      {created !== undefined && (
        <SecretDialog
          header="Signing secret"
          what="signing secret"
          secret={created.secret}
          hint="Give it to the receiver, which verifies each POST with it."
          onDone={() => navigate(`/webhooks/${created.id}`)}
        />
      )}
    </Page>
  );
};
