import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { AuthFields } from "./auth-fields.tsx";
import { controlId, type FormPartProps } from "./form-problems.ts";
import { HeaderRows } from "./header-rows.tsx";
import { SecretField } from "./secret-field.tsx";

const maxHeaders = 5;
const maxHeaderBytes = 3_000;

/** Where batches go and how they authenticate there. */
export const WhereFields = (props: FormPartProps) => {
  const { values, before, problems, change } = props;
  const headerBytes = values.headers.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
  return (
    <Container header={<Header variant="h2">Where</Header>}>
      <SpaceBetween size="l">
        <FormField label="Name" description="For you; it need not be unique." errorText={problems.name ?? ""}>
          <Input
            controlId={controlId("name")}
            value={values.name}
            placeholder="Warehouse feed"
            autoComplete={false}
            onChange={({ detail }) => change({ name: detail.value })}
          />
        </FormField>
        <FormField
          label="Target"
          description="URL that gets the batches. It must answer each POST with 2xx within 6 seconds."
          errorText={problems.target ?? ""}
        >
          <Input
            controlId={controlId("target")}
            type="url"
            inputMode="url"
            value={values.target}
            placeholder="https://in.example.net/hook"
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => change({ target: detail.value })}
          />
        </FormField>
        <SecretField
          id={controlId("authToken")}
          label="Token (optional)"
          description="Choose it yourself. Sent as X-MessageSystems-Webhook-Token, so that the receiver can check who calls."
          value={values.authToken}
          stored={before.authToken}
          error={problems.authToken}
          onChange={(authToken) => change({ authToken })}
        />
        <AuthFields {...props} />
        <ExpandableSection
          headerText={`Custom headers (${values.headers.length} of ${maxHeaders})`}
          defaultExpanded={values.headers.length > 0 || problems.headers !== undefined}
        >
          <FormField
            label="Headers of every POST"
            description="You cannot set headers that HTTP or Tidepost sets."
            errorText={problems.headers ?? ""}
            stretch
          >
            <HeaderRows
              rows={values.headers}
              noun="header"
              empty="No custom headers."
              additionalInfo={`${headerBytes} of less than ${maxHeaderBytes} bytes used`}
              maxRows={maxHeaders}
              onChange={(headers) => change({ headers })}
            />
          </FormField>
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
};
