import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import { maxFieldPaths } from "#shared/contract/limits.ts";
import { FieldInput } from "./field-input.tsx";

interface PathRowsProps {
  readonly paths: readonly string[];
  readonly onChange: (paths: readonly string[]) => void;
  /** What becomes of the fields: "delivered". */
  readonly fate: string;
  readonly empty: string;
}

const layout = [{ rows: [[1]], removeButton: { width: "auto" } }] as const;

/** Paths into events, as many as there are. */
export const PathRows = ({ paths, onChange, fate, empty }: PathRowsProps) => (
  <AttributeEditor<string>
    items={paths}
    addButtonText={`Add field to be ${fate}`}
    disableAddButton={paths.length >= maxFieldPaths}
    removeButtonText="Remove"
    removeButtonAriaLabel={(path) => `Remove field ${path}`}
    empty={empty}
    gridLayout={layout}
    onAddButtonClick={() => onChange([...paths, ""])}
    onRemoveButtonClick={({ detail }) => onChange(paths.filter((_, at) => at !== detail.itemIndex))}
    definition={[
      {
        control: (path, index) => (
          <FieldInput
            value={path}
            ariaLabel={`Field ${index + 1} that is ${fate}`}
            placeholder="rcpt_to"
            onChange={(value) => onChange(paths.map((before, at) => (at === index ? value : before)))}
          />
        ),
      },
    ]}
  />
);
