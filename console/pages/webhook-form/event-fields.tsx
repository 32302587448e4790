import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useMemo, useState } from "react";
import { useEventDocumentation } from "../../api/queries.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { SampleDialog } from "../../components/sample-dialog.tsx";
import { count, counted } from "#shared/text/numbers.ts";
import { categoriesOf, type EventCategory, matching, withTypes } from "../../components/event-choices.ts";
import { controlId, type FormPartProps } from "./form-problems.ts";
import { SubaccountFields } from "./subaccount-fields.tsx";
import Checkbox from "@cloudscape-design/components/checkbox";

/** Which events a webhook takes: all, also those of later versions, or a selection from the catalogue. */
export const EventFields = (props: FormPartProps) => {
  const { values, problems, change } = props;
  return (
    <Container header={<Header variant="h2">Which events</Header>}>
      <SpaceBetween size="l">
        <RadioGroup
          ariaLabel="Which events"
          value={values.eventsMode}
          onChange={({ detail }) => change({ eventsMode: detail.value === "all" ? "all" : "selected" })}
          items={[
            {
              value: "all",
              label: "All events, including future ones",
              description:
                "Types that a later version adds are delivered too. Events about webhooks come only to a webhook that selects them.",
            },
            { value: "selected", label: "Selected events" },
          ]}
        />
        {values.eventsMode === "selected" && (
          <FormField label="Event types" errorText={problems.events ?? ""} stretch>
            <EventPicker selected={values.events} onChange={(events) => change({ events })} />
          </FormField>
        )}
        <SubaccountFields {...props} />
      </SpaceBetween>
    </Container>
  );
};

interface EventPickerProps {
  readonly selected: readonly string[];
  readonly onChange: (selected: readonly string[]) => void;
}

const EventPicker = ({ selected, onChange }: EventPickerProps) => {
  const { data, error, refetch } = useEventDocumentation();
  const [text, setText] = useState("");
  const [sample, setSample] = useState<string>();
  const categories = useMemo(() => categoriesOf(data ?? {}), [data]);
  const order = useMemo(() => categories.flatMap(({ choices }) => choices.map(({ type }) => type)), [categories]);
  if (error !== null) {
    return <ErrorView what="The event types could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  if (data === undefined) return <Spinner />;
  const shown = matching(categories, text);
  const shownTypes = shown.flatMap(({ choices }) => choices.map(({ type }) => type));
  return (
    <SpaceBetween size="m">
      <div className="picker-bar">
        <TextFilter
          filteringText={text}
          filteringPlaceholder="Find event types"
          filteringAriaLabel="Find event types"
          countText={text === "" ? "" : counted(shownTypes.length, "match", "matches")}
          onChange={({ detail }) => setText(detail.filteringText)}
        />
        <Button
          formAction="none"
          onClick={() => onChange(withTypes(selected, shownTypes, { on: true, order }))}
          disabled={shownTypes.every((type) => selected.includes(type))}
        >
          {text === "" ? "Select every type" : "Select the matches"}
        </Button>
        <Button formAction="none" variant="link" onClick={() => onChange([])} disabled={selected.length === 0}>
          Clear
        </Button>
      </div>
      <output id={controlId("events")} tabIndex={-1} className="secondary">
        {`${count(selected.length)} of ${counted(order.length, "event type")} selected`}
      </output>
      {shown.length === 0 && (
        <Box color="text-body-secondary">
          No event type matches “{text}”.{" "}
          <Button formAction="none" variant="inline-link" onClick={() => setText("")}>
            Clear the search
          </Button>
        </Box>
      )}
      <div className="picker-types">
        {shown.map((category) => (
          <EventCategoryChoices
            key={category.id}
            category={category}
            selected={selected}
            onSwitch={(types, on) => onChange(withTypes(selected, types, { on, order }))}
            onShowSample={setSample}
          />
        ))}
      </div>
      {sample !== undefined && <SampleDialog type={sample} onClose={() => setSample(undefined)} />}
    </SpaceBetween>
  );
};

interface EventCategoryChoicesProps {
  readonly category: EventCategory;
  readonly selected: readonly string[];
  readonly onSwitch: (types: readonly string[], on: boolean) => void;
  readonly onShowSample: (type: string) => void;
}

/** The types of a category, each with its description and sample, under one box that switches them all. */
const EventCategoryChoices = ({ category, selected, onSwitch, onShowSample }: EventCategoryChoicesProps) => {
  const types = category.choices.map(({ type }) => type);
  const chosen = types.filter((type) => selected.includes(type)).length;
  return (
    <fieldset className="category">
      <legend className="visually-hidden">{category.name}</legend>
      <Checkbox
        checked={chosen === types.length}
        indeterminate={chosen > 0 && chosen < types.length}
        onChange={({ detail }) => onSwitch(types, detail.checked)}
      >
        <strong>{category.name}</strong> <span className="secondary">{`${chosen} of ${types.length}`}</span>
      </Checkbox>
      <div className="choices">
        {category.choices.map(({ type, name, description }) => (
          <div key={type} className="choice">
            <Checkbox
              checked={selected.includes(type)}
              description={description}
              onChange={({ detail }) => onSwitch([type], detail.checked)}
            >
              {name} <code className="secondary">{type}</code>
            </Checkbox>
            <Button
              formAction="none"
              variant="inline-link"
              ariaLabel={`Sample of ${name}`}
              onClick={() => onShowSample(type)}
            >
              Sample
            </Button>
          </div>
        ))}
      </div>
    </fieldset>
  );
};
