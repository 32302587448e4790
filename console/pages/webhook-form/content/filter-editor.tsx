import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import FormField from "@cloudscape-design/components/form-field";
import type { FilterProblem } from "#shared/contract/api/webhook-filter.ts";
import { maxFilterConditions } from "#shared/contract/limits.ts";
import { filterWords } from "../../../components/filter-words.ts";
import { controlId } from "../form-problems.ts";
import { filterProblemText, type FilterValues, problemsOfFilterValues, switched } from "./content-values.ts";
import { FieldInput } from "./field-input.tsx";
import {
  type ConditionRow,
  type FilterRow,
  type FilterRows,
  hasValue,
  newRow,
  type RowOperator,
  rowOperators,
} from "./filter-rows.ts";

interface FilterEditorProps {
  readonly values: FilterValues;
  readonly onChange: (values: FilterValues) => void;
  /** Shows what is wrong with the filter; false when something is. */
  readonly check: () => boolean;
  /** What has been found to be wrong, once somebody has looked; undefined before. */
  readonly problem: string | undefined;
}

/** A filter as rows of conditions, or as its JSON. Both show the same, and neither loses what the other has. */
export const FilterEditor = ({ values, onChange, check, problem }: FilterEditorProps) => {
  const found = problem === undefined ? [] : problemsOfFilterValues(values);
  const inRows = values.view === "rows" ? found.flatMap((each) => placeOf(each, values.rows) ?? []) : [];
  const onSwitch = (): void => {
    const other = switched(values);
    // Text with a mistake stays text until that is corrected.
    if (other.view === values.view) check();
    else onChange(other);
  };
  return (
    <SpaceBetween size="s">
      {/* Around rows its label would take the place of theirs. */}
      <FormField
        label="Filter"
        description="Conditions over the fields of events. Without any, the webhook gets every event of its types."
        errorText={inRows.length > 0 ? "" : problemText(found, problem)}
      >
        <div id={controlId("filter")} tabIndex={-1} />
      </FormField>
      <SegmentedControl
        label="How the filter is edited"
        selectedId={values.view}
        options={[
          { id: "rows", text: "Conditions" },
          { id: "json", text: "JSON" },
        ]}
        onChange={({ detail }) => {
          if (detail.selectedId !== values.view) onSwitch();
        }}
      />
      {values.view === "rows" ? (
        <Rows value={values.rows} onChange={(rows) => onChange({ view: "rows", rows })} problems={inRows} />
      ) : (
        <Textarea
          value={values.json}
          rows={12}
          spellcheck={false}
          ariaLabel="Filter as JSON"
          placeholder='{ "field": "campaign_id", "eq": "spring" }'
          onChange={({ detail }) => onChange({ ...values, json: detail.value })}
        />
      )}
    </SpaceBetween>
  );
};

const problemText = (found: readonly FilterProblem[], told: string | undefined): string =>
  found.length === 0 ? (told ?? "") : found.map(filterProblemText).join(" ");

/** Something wrong in a row. */
interface RowProblem {
  readonly row: number;
  readonly cell: "field" | "value";
  readonly text: string;
}

/** Where a problem stands among rows; undefined for one of the filter as a whole. */
const placeOf = ({ path, problem }: FilterProblem, { rows }: FilterRows): RowProblem | undefined => {
  const [row, inside] = rows.length === 1 ? [0, path] : [path[1], path.slice(2)];
  if (typeof row !== "number" || (rows.length === 1 && path.length === 0)) return undefined;
  if (rows[row]?.kind === "other") return { row, cell: "field", text: filterProblemText({ path: inside, problem }) };
  const cell = inside.at(-1) === "field" ? "field" : "value";
  return { row, cell, text: `It ${problem}.` };
};

interface RowsProps {
  readonly value: FilterRows;
  readonly onChange: (value: FilterRows) => void;
  readonly problems: readonly RowProblem[];
}

const operatorOptions = Object.entries(rowOperators).map(([value, label]) => ({ value, label }));

/** In one line, or in two, as soon as there is room for it. */
const layout = [
  { breakpoint: "s", rows: [[5, 4, 5]], removeButton: { width: "auto" } },
  { breakpoint: "xxs", rows: [[1, 1], [2]], removeButton: { width: "auto" } },
  { rows: [[1], [1], [1]], removeButton: { ownRow: true } },
] as const;

const Rows = ({ value, onChange, problems }: RowsProps) => {
  const { join, rows } = value;
  const set = (index: number, row: FilterRow): void =>
    onChange({ join, rows: rows.map((before, at) => (at === index ? row : before)) });
  const errorIn = (cell: RowProblem["cell"]) => (_row: FilterRow, index: number) =>
    problems.find((each) => each.row === index && each.cell === cell)?.text;
  return (
    <SpaceBetween size="s">
      {rows.length > 1 && (
        <SegmentedControl
          label="How conditions are joined"
          selectedId={join}
          options={[
            { id: "and", text: "All must hold" },
            { id: "or", text: "One must hold" },
          ]}
          onChange={({ detail }) => onChange({ join: detail.selectedId === "or" ? "or" : "and", rows })}
        />
      )}
      <AttributeEditor<FilterRow>
        items={rows}
        addButtonText="Add condition"
        disableAddButton={rows.length >= maxFilterConditions}
        removeButtonText="Remove"
        removeButtonAriaLabel={(row) =>
          `Remove condition ${row.kind === "other" ? filterWords(row.filter) : row.field}`
        }
        empty="No conditions: every event of the types above."
        additionalInfo={rows.length === 0 ? "" : hint}
        gridLayout={layout}
        onAddButtonClick={() => onChange({ join, rows: [...rows, newRow] })}
        onRemoveButtonClick={({ detail }) => onChange({ join, rows: rows.filter((_, at) => at !== detail.itemIndex) })}
        definition={[
          {
            label: "Field",
            errorText: errorIn("field"),
            control: (row, index) =>
              row.kind === "other" ? (
                <div className="filter-group">
                  {filterWords(row.filter)} <span className="secondary">(a group: edit it as JSON)</span>
                </div>
              ) : (
                <FieldInput
                  value={row.field}
                  ariaLabel={`Field of condition ${index + 1}`}
                  onChange={(field) => set(index, { ...row, field })}
                />
              ),
          },
          {
            label: "Comparison",
            control: (row, index) =>
              row.kind === "condition" && (
                <Select
                  options={operatorOptions}
                  selectedOption={operatorOptions.find((option) => option.value === row.operator) ?? null}
                  ariaLabel={`Comparison of condition ${index + 1}`}
                  onChange={({ detail }) =>
                    set(index, { ...row, operator: detail.selectedOption.value as RowOperator })
                  }
                />
              ),
          },
          {
            label: "Value",
            errorText: errorIn("value"),
            control: (row, index) =>
              row.kind === "condition" &&
              hasValue(row.operator) && (
                <Input
                  value={row.value}
                  ariaLabel={`Value of condition ${index + 1}`}
                  placeholder={exampleOf(row)}
                  autoComplete={false}
                  spellcheck={false}
                  onChange={({ detail }) => set(index, { ...row, value: detail.value })}
                />
              ),
          },
        ]}
      />
    </SpaceBetween>
  );
};

const hint =
  "Dots lead into objects: rcpt_meta.plan. Numbers also match text: 10 finds “10”. Put text that looks like a number in quotes, and commas between the values of a list.";

const exampleOf = ({ operator }: ConditionRow): string => {
  if (operator === "in" || operator === "not_in") return "10, 30, 90";
  return ["gt", "gte", "lt", "lte"].includes(operator) ? "5 or 2026-01-02T03:04:05Z" : "";
};
