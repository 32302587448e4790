import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { compressions } from "#shared/contract/words.ts";
import { maxBatchBytes, maxBatchEvents } from "#shared/contract/limits.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { useMaxKeepBodiesDays, useWindowSeconds } from "../../api/queries.ts";
import { formLabels } from "./form-labels.ts";
import { controlId, type FormPartProps } from "./form-problems.ts";
import { SecretField } from "./secret-field.tsx";

const compressionOptions = compressions.map((value) => ({ value, label: value === "none" ? "None" : value }));

/** How batches are formed and sent. */
export const SendingFields = ({ values, problems, change, before, signingSecret }: FormPartProps) => {
  const windowSeconds = useWindowSeconds();
  const maxDays = useMaxKeepBodiesDays();
  return (
    <Container header={<Header variant="h2">How it is sent</Header>}>
      <SpaceBetween size="l">
        <FormField
          label={formLabels.batchSize}
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
          label={formLabels.maxBatchKilobytes}
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
        <FormField
          label="Compression"
          description="Compressed bodies are sent with Content-Encoding. The receiver must decompress them."
        >
          <Select
            options={compressionOptions}
            selectedOption={compressionOptions.find(({ value }) => value === values.compression) ?? null}
            onChange={({ detail }) => {
              const compression = compressions.find((kind) => kind === detail.selectedOption.value);
              if (compression !== undefined) change({ compression });
            }}
          />
        </FormField>
        {(maxDays > 0 || before.keepBodiesDays !== "0") && (
          <FormField
            label="Days that delivered bodies are kept"
            description="Until then they can be read and sent again. They contain your events, with the addresses of recipients."
            constraintText={`0 to ${maxDays}. A lower number applies at once to what is kept.`}
            errorText={problems.keepBodiesDays ?? ""}
          >
            <Input
              controlId={controlId("keepBodiesDays")}
              inputMode="numeric"
              value={values.keepBodiesDays}
              onChange={({ detail }) => change({ keepBodiesDays: detail.value })}
            />
          </FormField>
        )}
        <Toggle
          checked={values.signing}
          description={
            before.signing
              ? "Turning it off drops the signing secret."
              : "As the Standard Webhooks specification defines it."
          }
          onChange={({ detail }) => change({ signing: detail.checked })}
        >
          Sign each POST
        </Toggle>
        {before.signing && values.signing && signingSecret}
        {!before.signing && values.signing && (
          <SecretField
            id={controlId("signingSecret")}
            label="Signing secret (optional)"
            description="For a receiver that checks the test POST: whsec_ and 24 to 64 random bytes in base64. Left empty, one is made on saving and shown once."
            value={values.signingSecret}
            stored=""
            error={problems.signingSecret}
            onChange={(secret) => change({ signingSecret: secret })}
          />
        )}
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
