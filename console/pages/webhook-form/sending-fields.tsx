import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { maxBatchBytes, maxBatchEvents } from "#shared/contract/limits.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { useWindowSeconds } from "../../api/queries.ts";
import { controlId, type FormPartProps } from "./form-problems.ts";

/** How batches are formed and sent. */
export const SendingFields = ({ values, problems, change, before, signingSecret }: FormPartProps) => {
  const windowSeconds = useWindowSeconds();
  return (
    <Container header={<Header variant="h2">How it is sent</Header>}>
      <SpaceBetween size="l">
        <FormField
          label="Most events in a batch"
          description={`A batch closes at this many events, or after ${counted(windowSeconds, "second")}.`}
          constraintText={`1 to ${count(maxBatchEvents)}. Lower it when the receiver needs longer than 6 seconds.`}
          errorText={problems.batchSize ?? ""}
        >
          <Input
            controlId={controlId("batchSize")}
            inputMode="numeric"
            value={values.batchSize}
            onChange={({ detail }) => change({ batchSize: detail.value })}
          />
        </FormField>
        <FormField
          label="Largest body in KB"
          constraintText={`1 to ${count(maxBatchBytes / 1024)}, before compression.`}
          errorText={problems.maxBatchKilobytes ?? ""}
        >
          <Input
            controlId={controlId("maxBatchKilobytes")}
            inputMode="numeric"
            value={values.maxBatchKilobytes}
            onChange={({ detail }) => change({ maxBatchKilobytes: detail.value })}
          />
        </FormField>
        <Toggle
          checked={values.gzip}
          description="Bodies are sent with Content-Encoding: gzip. The receiver must unpack them."
          onChange={({ detail }) => change({ gzip: detail.checked })}
        >
          Compress with gzip
        </Toggle>
        <Toggle
          checked={values.signing}
          description={
            before.signing
              ? "Turning it off drops the signing secret."
              : "As Standard Webhooks has it. The secret is made on saving and shown once."
          }
          onChange={({ detail }) => change({ signing: detail.checked })}
        >
          Sign each POST
        </Toggle>
        {before.signing && values.signing && signingSecret}
        <Toggle
          checked={values.active}
          description="While it is off, events are not collected."
          onChange={({ detail }) => change({ active: detail.checked })}
        >
          Active
        </Toggle>
      </SpaceBetween>
    </Container>
  );
};
