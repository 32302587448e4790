import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { controlId, type FormPartProps } from "../form-problems.ts";
import type { SelectionValues } from "./content-values.ts";
import { FilterEditor } from "./filter-editor.tsx";
import { FilterTest } from "./filter-test.tsx";
import { PathRows } from "./path-rows.tsx";

const modeTexts: Readonly<Record<SelectionValues["mode"], string>> = {
  all: "All fields",
  include: "Only some fields",
  exclude: "All but some fields",
};

/** Which events a webhook gets by what they say, and what of them. */
export const ContentFields = ({ values, problems, change, check }: FormPartProps) => {
  const { fields, filter, mask } = values;
  const setMode = (mode: SelectionValues["mode"]): void =>
    change({ fields: { mode, paths: fields.paths.length === 0 ? [""] : fields.paths } });
  return (
    <Container header={<Header variant="h2">What it gets of them</Header>}>
      <SpaceBetween size="l">
        <FilterEditor
          values={filter}
          problem={problems.filter}
          check={() => check(["filter"])}
          onChange={(changed) => change({ filter: changed })}
        />
        <SpaceBetween size="s">
          <FormField label="Fields" errorText={problems.fields ?? ""}>
            <div id={controlId("fields")} tabIndex={-1} />
          </FormField>
          <RadioGroup
            ariaLabel="Which fields"
            value={fields.mode}
            onChange={({ detail }) => setMode(detail.value as SelectionValues["mode"])}
            items={Object.entries(modeTexts).map(([value, label]) => ({ value, label }))}
          />
          {fields.mode !== "all" && (
            <PathRows
              paths={fields.paths}
              fate={fields.mode === "include" ? "delivered" : "left out"}
              empty="No fields are named."
              onChange={(paths) => change({ fields: { ...fields, paths } })}
            />
          )}
        </SpaceBetween>
        <SpaceBetween size="s">
          <FormField
            label="Masked fields"
            description="Their values are replaced by a hash: the same value has the same hash at this webhook, and another at others."
            errorText={problems.mask ?? ""}
          >
            <div id={controlId("mask")} tabIndex={-1} />
          </FormField>
          <PathRows
            paths={mask}
            fate="masked"
            empty="No fields are masked."
            onChange={(paths) => change({ mask: paths })}
          />
        </SpaceBetween>
        <FilterTest values={values} check={() => check(["events", "subaccounts", "filter", "fields", "mask"])} />
      </SpaceBetween>
    </Container>
  );
};
