import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";
import { isSecretName } from "./as-code.ts";
import type { HeaderRow } from "./form-values.ts";

interface HeaderRowsProps {
  readonly rows: readonly HeaderRow[];
  readonly onChange: (rows: readonly HeaderRow[]) => void;
  /** What a row is: "header", "field". */
  readonly noun: string;
  readonly empty: string;
  readonly additionalInfo?: string;
  readonly maxRows?: number;
}

/** In one line as soon as there is room for it. */
const layout = [
  { breakpoint: "xxs", rows: [[1, 1]], removeButton: { width: "auto" } },
  { rows: [[1], [1]], removeButton: { ownRow: true } },
] as const;

/** Names and values, as many as there are. */
export const HeaderRows = ({ rows, onChange, noun, empty, additionalInfo = "", maxRows = 20 }: HeaderRowsProps) => {
  const change = (index: number, part: Partial<HeaderRow>): void =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <AttributeEditor<HeaderRow>
      items={rows}
      addButtonText={`Add ${noun}`}
      disableAddButton={rows.length >= maxRows}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ name }) => `Remove ${noun} ${name}`}
      empty={empty}
      additionalInfo={additionalInfo}
      gridLayout={layout}
      onAddButtonClick={() => onChange([...rows, { name: "", value: "" }])}
      onRemoveButtonClick={({ detail }) => onChange(rows.filter((_, at) => at !== detail.itemIndex))}
      definition={[
        {
          label: "Name",
          control: ({ name }, index) => (
            <Input
              value={name}
              ariaLabel={`Name of ${noun} ${index + 1}`}
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => change(index, { name: detail.value })}
            />
          ),
        },
        {
          label: "Value",
          control: ({ name, value }, index) => (
            <Input
              value={value}
              type={isSecretName(name) && !value.startsWith("****") ? "password" : "text"}
              ariaLabel={`Value of ${noun} ${index + 1}`}
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => change(index, { value: detail.value })}
            />
          ),
        },
      ]}
    />
  );
};
