import Autosuggest from "@cloudscape-design/components/autosuggest";
import { useMemo } from "react";
import { useEventDocumentation } from "../../../api/queries.ts";

interface FieldInputProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly ariaLabel: string;
  readonly placeholder?: string;
}

/** A path into an event: the name of a field in the catalogue, or whatever is typed. */
export const FieldInput = ({ value, onChange, ariaLabel, placeholder = "campaign_id" }: FieldInputProps) => {
  const { data } = useEventDocumentation();
  const options = useMemo(() => {
    const events = Object.values(data ?? {}).flatMap((category) => Object.values(category.events));
    const names = new Map(events.flatMap(({ event }) => Object.entries(event)));
    return [...names]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, { description }]) => ({ value: name, description }));
  }, [data]);
  return (
    <Autosuggest
      value={value}
      options={options}
      ariaLabel={ariaLabel}
      // The label of the column, which all rows share, would take its place.
      ariaLabelledby=""
      placeholder={placeholder}
      enteredTextLabel={(text) => `Use “${text}”`}
      empty="The catalogue has no such field."
      onChange={({ detail }) => onChange(detail.value)}
    />
  );
};
