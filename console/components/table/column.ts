import type { TableProps } from "@cloudscape-design/components/table";

/** A column that can be hidden in the preferences, by its header's text. */
export interface Column<Row> extends TableProps.ColumnDefinition<Row> {
  readonly id: string;
  readonly header: string;
  /**
   * Whether the column shows until the user chooses.
   * @default true
   */
  readonly shown?: boolean;
}
