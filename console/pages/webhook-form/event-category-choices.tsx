import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import type { EventCategory } from "../../components/event-choices.ts";

interface EventCategoryChoicesProps {
  readonly category: EventCategory;
  readonly selected: readonly string[];
  readonly onSwitch: (types: readonly string[], on: boolean) => void;
  readonly onShowSample: (type: string) => void;
}

/** The types of a category, each with its description and sample, under one box that switches them all. */
export const EventCategoryChoices = ({ category, selected, onSwitch, onShowSample }: EventCategoryChoicesProps) => {
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
