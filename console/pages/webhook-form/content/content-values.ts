import {
  type FieldPath,
  type Filter,
  type FilterProblem,
  problemsOfFilter,
  problemsOfPaths,
} from "#shared/contract/api/webhook-filter.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import { maxFieldPaths } from "#shared/contract/limits.ts";
import { jsonOf } from "#shared/text/json.ts";
import { type FilterRows, filterOfRows, pathOfText, rowsOfFilter, textOfPath } from "./filter-rows.ts";

/** A filter as it is edited: as rows, or as the text of its JSON. */
export type FilterValues =
  | { readonly view: "rows"; readonly rows: FilterRows }
  | {
      readonly view: "json";
      readonly json: string;
      /** The rows that the text was made of. */
      readonly rows: FilterRows;
    };

/** Which fields of events are delivered. Paths are as they are typed. */
export interface SelectionValues {
  readonly mode: "all" | "include" | "exclude";
  readonly paths: readonly string[];
}

export interface ContentValues {
  readonly filter: FilterValues;
  readonly fields: SelectionValues;
  /** Paths of fields that are hashed. */
  readonly mask: readonly string[];
}

type ContentFields = Pick<Webhook, "filter" | "fields" | "mask">;

/** Everything, as it comes. */
export const allContent: ContentValues = {
  filter: { view: "rows", rows: rowsOfFilter(null) },
  fields: { mode: "all", paths: [] },
  mask: [],
};

/** What a stored webhook does with the content of events. */
export const contentValuesOf = ({ filter, fields, mask }: ContentFields): ContentValues => ({
  filter: { view: "rows", rows: rowsOfFilter(filter) },
  fields: selectionValuesOf(fields),
  mask: mask.map(textOfPath),
});

const selectionValuesOf = (fields: ContentFields["fields"]): SelectionValues => {
  if (fields === null) return allContent.fields;
  const [mode, paths] =
    "include" in fields ? (["include", fields.include] as const) : (["exclude", fields.exclude] as const);
  return { mode, paths: paths.map(textOfPath) };
};

/** What the API is sent. Text that is no JSON is sent as none: the form is not submitted with it. */
export const contentFieldsOf = ({ filter, fields, mask }: ContentValues): ContentFields => ({
  filter: filterOf(filter) ?? null,
  fields: selectionOf(fields),
  mask: pathsOf(mask),
});

/** The filter that is edited; null where there is none, undefined where its text is no JSON. It may still have problems. */
const filterOf = (values: FilterValues): Filter | null | undefined => {
  if (values.view === "rows") return filterOfRows(values.rows);
  return values.json.trim() === "" ? null : (jsonOf(values.json) as Filter | null | undefined);
};

/** Rows that nobody has filled in are left out. */
const pathsOf = (paths: readonly string[]): readonly FieldPath[] =>
  paths.filter((path) => path.trim() !== "").map(pathOfText);

const selectionOf = ({ mode, paths }: SelectionValues): ContentFields["fields"] => {
  if (mode === "all") return null;
  return mode === "include" ? { include: pathsOf(paths) } : { exclude: pathsOf(paths) };
};

/** The same filter, edited in the other way. Text that is no filter stays text. */
export const switched = (values: FilterValues): FilterValues => {
  if (values.view === "rows") return { view: "json", json: jsonOfRows(values.rows), rows: values.rows };
  // Rows that are not filled in are no filter, and come back all the same.
  if (values.json === jsonOfRows(values.rows)) return { view: "rows", rows: values.rows };
  const filter = filterOf(values);
  const isFilter = filter !== undefined && problemsOfFilterValues(values).length === 0;
  return isFilter ? { view: "rows", rows: rowsOfFilter(filter) } : values;
};

const jsonOfRows = (rows: FilterRows): string => {
  const filter = filterOfRows(rows);
  return filter === null ? "" : JSON.stringify(filter, undefined, 2);
};

/** Everything that is wrong with the filter. */
export const problemsOfFilterValues = (values: FilterValues): readonly FilterProblem[] => {
  const filter = filterOf(values);
  if (filter === null) return [];
  return filter === undefined ? [{ path: [], problem: "is no JSON" }] : problemsOfFilter(filter);
};

/** What is wrong with a filter, its place named as the API names it. */
export const filterProblemText = ({ path, problem }: FilterProblem): string => {
  const place = path.map((part, at) => (typeof part === "number" ? `[${part}]` : `${at === 0 ? "" : "."}${part}`));
  return path.length === 0 ? `The filter ${problem}.` : `'${place.join("")}' ${problem}.`;
};

/** What is wrong with the fields that are delivered. */
export const selectionProblem = ({ mode, paths }: SelectionValues): string | undefined => {
  if (mode === "all") return undefined;
  return pathsOf(paths).length === 0 ? "Name at least one field." : pathsProblem(paths, mode);
};

/** What is wrong with paths. */
export const pathsProblem = (texts: readonly string[], verb: "include" | "exclude" | "mask"): string | undefined => {
  const paths = pathsOf(texts);
  if (paths.length > maxFieldPaths) return `At most ${maxFieldPaths} fields can be named.`;
  const [first] = problemsOfPaths(paths, verb);
  return first && `“${textOfPath(paths[first.at] ?? "")}” ${first.problem}.`;
};
