import Button from "@cloudscape-design/components/button";
import DateRangePicker from "@cloudscape-design/components/date-range-picker";
import Multiselect, { type MultiselectProps } from "@cloudscape-design/components/multiselect";
import { useRef } from "react";
import { batchStateTexts, reasonText } from "../../../components/state-text.ts";
import { failureReasons } from "#shared/contract/words.ts";
import { useShortcut } from "../../../shell/shortcuts.tsx";
import { type BatchSearch, relativeRanges, relativeUnits, validRange } from "./batch-search.ts";

interface BatchFiltersProps {
  readonly search: BatchSearch;
  readonly onChange: (change: Partial<BatchSearch>) => void;
}

const stateOptions: readonly MultiselectProps.Option[] = Object.entries(batchStateTexts).map(([value, label]) => ({
  value,
  label,
}));
const reasonOptions: readonly MultiselectProps.Option[] = failureReasons.map((value) => ({
  value,
  label: reasonText(value),
  tags: [value],
}));

const chosen = (options: readonly MultiselectProps.Option[], values: readonly string[]): MultiselectProps.Option[] =>
  values.map((value) => options.find((option) => option.value === value) ?? { value, label: value });
/** What is chosen, in words: it stands in the field itself. */
const namesOf = (options: readonly MultiselectProps.Option[], values: readonly string[]): string =>
  chosen(options, values)
    .map(({ label, value }) => label ?? value)
    .join(", ");
const valuesOf = (options: readonly MultiselectProps.Option[]): readonly string[] =>
  options.flatMap(({ value }) => value ?? []);

/** Which batches are listed: by state, by reason of the last failure, by time. */
export const BatchFilters = ({ search, onChange }: BatchFiltersProps) => {
  const states = useRef<MultiselectProps.Ref>(null);
  useShortcut({ keys: "/", label: "Filter the batches", run: () => states.current?.focus() });
  const isFiltered = search.states.length > 0 || search.reasons.length > 0 || search.range !== null;
  return (
    <div className="batch-filters">
      <Multiselect
        ref={states}
        hideTokens
        ariaLabel="States"
        placeholder={namesOf(stateOptions, search.states) || "Any state"}
        options={stateOptions}
        selectedOptions={chosen(stateOptions, search.states)}
        onChange={({ detail }) => onChange({ states: valuesOf(detail.selectedOptions) })}
      />
      <Multiselect
        hideTokens
        ariaLabel="Reasons of the last failure"
        placeholder={namesOf(reasonOptions, search.reasons) || "Any reason"}
        filteringType="auto"
        filteringAriaLabel="Find a reason"
        options={reasonOptions}
        selectedOptions={chosen(reasonOptions, search.reasons)}
        onChange={({ detail }) => onChange({ reasons: valuesOf(detail.selectedOptions) })}
        expandToViewport
      />
      <DateRangePicker
        ariaLabel="Time of arrival"
        placeholder="Any time"
        value={search.range}
        relativeOptions={[...relativeRanges]}
        customRelativeRangeUnits={relativeUnits}
        isValidRange={validRange}
        onChange={({ detail }) => onChange({ range: detail.value })}
        expandToViewport
      />
      {isFiltered && (
        <Button variant="link" onClick={() => onChange({ states: [], reasons: [], range: null })}>
          Clear filters
        </Button>
      )}
    </div>
  );
};

/** A filter in words, for the message that nothing matches it. */
export const batchFilterText = ({ states, reasons, range }: BatchSearch): string =>
  [
    ...(states.length === 0 ? [] : [`state ${states.join(" or ")}`]),
    ...(reasons.length === 0 ? [] : [`reason ${reasons.join(" or ")}`]),
    ...(range === null
      ? []
      : [
          range.type === "relative"
            ? `the last ${range.amount} ${range.unit}${range.amount === 1 ? "" : "s"}`
            : `${range.startDate} to ${range.endDate}`,
        ]),
  ].join(", ");
