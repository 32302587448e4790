import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useWhoAmI } from "../../api/queries.ts";
import { controlId, type FormPartProps } from "./form-problems.ts";
import { type SubaccountScope, type SubaccountValues, takesAllSubaccounts } from "./subaccounts.ts";

const scopeTexts: Readonly<Record<SubaccountScope, string>> = {
  all: "Primary account and all sub-accounts",
  primary: "Primary account only",
  one: "One sub-account",
};

const hint = (choice: SubaccountValues): string => {
  if (choice.scope !== "all") return scopeTexts[choice.scope].toLowerCase();
  return takesAllSubaccounts(choice) ? "all" : "all but some";
};

/** Whose events a webhook takes, for customers that have sub-accounts. */
export const SubaccountFields = ({ values, before, problems, change }: FormPartProps) => {
  const { data: me } = useWhoAmI();
  const { scope, subaccount, exceptions } = values.subaccounts;
  const set = (part: Partial<SubaccountValues>): void => change({ subaccounts: { ...values.subaccounts, ...part } });
  const error = problems.subaccounts ?? "";
  // The API binds every webhook of such a session to its sub-account.
  if (me?.portal?.subaccount_id !== undefined) return null;
  return (
    <ExpandableSection
      headerText={`Sub-accounts (${hint(values.subaccounts)})`}
      defaultExpanded={!takesAllSubaccounts(before.subaccounts)}
    >
      <SpaceBetween size="m">
        <RadioGroup
          ariaLabel="Whose events"
          value={scope}
          onChange={({ detail }) => set({ scope: detail.value as SubaccountScope })}
          items={Object.entries(scopeTexts).map(([value, label]) => ({ value, label }))}
        />
        {scope === "one" && (
          <FormField label="Sub-account" errorText={error}>
            <Input
              controlId={controlId("subaccounts")}
              inputMode="numeric"
              value={subaccount}
              placeholder="101"
              autoComplete={false}
              onChange={({ detail }) => set({ subaccount: detail.value })}
            />
          </FormField>
        )}
        {scope === "all" && (
          <FormField
            label="Sub-accounts left out"
            constraintText="Numbers separated by commas, at most 10."
            errorText={error}
          >
            <Input
              controlId={controlId("subaccounts")}
              value={exceptions}
              placeholder="3, 17"
              autoComplete={false}
              onChange={({ detail }) => set({ exceptions: detail.value })}
            />
          </FormField>
        )}
      </SpaceBetween>
    </ExpandableSection>
  );
};
