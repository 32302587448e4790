import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { AuthType } from "#shared/contract/words.ts";
import { controlId, type FormPartProps } from "./form-problems.ts";
import type { FormValues } from "./form-values.ts";
import { HeaderRows } from "./header-rows.tsx";
import { SecretField } from "./secret-field.tsx";

const maxHeaders = 5;

const contentTypes: readonly { readonly value: FormValues["tokenContentType"]; readonly label: string }[] = [
  { value: "application/x-www-form-urlencoded", label: "Form (application/x-www-form-urlencoded)" },
  { value: "application/json", label: "JSON (application/json)" },
];

/** How POSTs authenticate at the target besides the token. */
export const AuthFields = ({ values, before, problems, change }: FormPartProps) => (
  <SpaceBetween size="m">
    <FormField label="Authentication" errorText={problems.auth ?? ""}>
      <RadioGroup
        value={values.authType}
        onChange={({ detail }) => change({ authType: detail.value as AuthType })}
        items={[
          { value: "none", label: "None", description: "Nothing besides the token, if you set one." },
          { value: "basic", label: "Basic", description: "User name and password in the Authorization header." },
          {
            value: "oauth2",
            label: "OAuth 2.0",
            description: "An access token from a token URL, sent as Authorization: Bearer.",
          },
        ]}
      />
    </FormField>
    {values.authType === "basic" && (
      <SpaceBetween size="m">
        <FormField label="User name">
          <Input
            controlId={controlId("auth")}
            value={values.username}
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => change({ username: detail.value })}
          />
        </FormField>
        <SecretField
          label="Password"
          value={values.password}
          stored={before.password}
          onChange={(password) => change({ password })}
        />
      </SpaceBetween>
    )}
    {values.authType === "oauth2" && (
      <SpaceBetween size="m">
        <FormField label="Token URL">
          <Input
            controlId={controlId("auth")}
            type="url"
            value={values.tokenUrl}
            placeholder="https://id.example.net/token"
            autoComplete={false}
            spellcheck={false}
            onChange={({ detail }) => change({ tokenUrl: detail.value })}
          />
        </FormField>
        <FormField label="Token request is sent as">
          <Select
            selectedOption={contentTypes.find(({ value }) => value === values.tokenContentType) ?? null}
            options={contentTypes}
            onChange={({ detail }) =>
              change({ tokenContentType: detail.selectedOption.value as FormValues["tokenContentType"] })
            }
          />
        </FormField>
        <FormField
          label="Fields of the token request"
          constraintText={
            values.tokenContentType === "application/json" ? "A value that begins with { or [ is sent as JSON." : ""
          }
          stretch
        >
          <HeaderRows
            rows={values.tokenFields}
            noun="field"
            empty="No fields."
            onChange={(tokenFields) => change({ tokenFields })}
          />
        </FormField>
        <FormField
          label="Headers of the token request (optional)"
          description="Only the token URL gets them, not the target."
          stretch
        >
          <HeaderRows
            rows={values.tokenHeaders}
            noun="token header"
            empty="No headers besides those of HTTP."
            maxRows={maxHeaders}
            onChange={(tokenHeaders) => change({ tokenHeaders })}
          />
        </FormField>
      </SpaceBetween>
    )}
  </SpaceBetween>
);
