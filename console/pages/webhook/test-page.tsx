import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Multiselect, { type MultiselectProps } from "@cloudscape-design/components/multiselect";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { callApi } from "../../api/client.ts";
import { useEventDocumentation } from "../../api/queries.ts";
import { useMissingGrant } from "../../grants.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { categoriesOf } from "../../components/event-choices.ts";
import { TestOutcome } from "../../components/test-outcome/test-outcome.tsx";
import { WebhookFrame } from "./webhook-frame.tsx";

/** A POST to the target as a batch would be sent, on demand. */
export const TestPage = () => (
  <WebhookFrame tab="test">{(webhook) => <TestForm key={webhook.id} webhookId={webhook.id} />}</WebhookFrame>
);

interface TestFormProps {
  readonly webhookId: string;
}

const TestForm = ({ webhookId }: TestFormProps) => {
  const [types, setTypes] = useState<readonly string[]>([]);
  const { data: documentation, error: unlisted } = useEventDocumentation();
  const missing = useMissingGrant("webhooks/modify");
  const outcome = useRef<HTMLDivElement>(null);
  const probe = useMutation({
    mutationFn: () =>
      callApi("POST /v1/webhooks/probe", {
        body: { webhook_id: webhookId, ...(types.length === 0 ? {} : { sample_events: types }) },
      }),
  });
  const isSettled = probe.isSuccess || probe.isError;
  useEffect(() => {
    if (isSettled) outcome.current?.focus();
  }, [isSettled, probe.submittedAt]);

  const groups: readonly MultiselectProps.OptionGroup[] = categoriesOf(documentation ?? {}).map((category) => ({
    label: category.name,
    options: category.choices.map(({ type, name, description }) => ({ value: type, label: name, description })),
  }));
  const options = groups.flatMap((group) => group.options);
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description="Tidepost sends a POST as it would send a batch, with the stored settings. It keeps no record of it, and the webhook's state does not change."
          >
            Test POST
          </Header>
        }
      >
        <SpaceBetween size="m">
          {unlisted !== null && <ErrorView what="The event types could not be loaded" error={unlisted} />}
          <FormField
            label="Sample events"
            description="Without a sample, Tidepost sends the empty event that every new target must accept."
            stretch
          >
            <Multiselect
              placeholder="None: the empty event"
              filteringType="auto"
              filteringAriaLabel="Find event types"
              options={groups}
              selectedOptions={options.filter(({ value = "" }) => types.includes(value))}
              onChange={({ detail }) => setTypes(detail.selectedOptions.flatMap(({ value }) => value ?? []))}
              deselectAriaLabel={({ label = "" }) => `Remove ${label}`}
              expandToViewport
            />
          </FormField>
          <Button
            variant="primary"
            loading={probe.isPending}
            loadingText="Sending the test POST"
            disabled={missing !== undefined}
            disabledReason={missing ?? ""}
            onClick={() => probe.mutate()}
          >
            Send test POST
          </Button>
        </SpaceBetween>
      </Container>
      <div ref={outcome} tabIndex={-1} className="outcome" aria-live="polite">
        {probe.isSuccess && (
          <Container header={<Header variant="h2">Outcome</Header>}>
            <TestOutcome result={probe.data} />
          </Container>
        )}
        {probe.isError && <ErrorView what="The test POST was not sent" error={probe.error} />}
      </div>
    </SpaceBetween>
  );
};
