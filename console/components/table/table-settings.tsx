import CollectionPreferences from "@cloudscape-design/components/collection-preferences";
import { setPreferences, type TablePreferences, usePreferences } from "../../shell/preferences.ts";
import { useMemo } from "react";
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

const pageSizes = [20, 50, 100] as const;
const defaultPageSize = 50;

/** The user's choice for a table; columns that the choice does not know yet show as they would without it. */
export const useTablePreferences = <Row,>(id: string, columns: readonly Column<Row>[]): TablePreferences => {
  const chosen = usePreferences().tables[id];
  return useMemo(() => {
    const known = (chosen?.columns ?? []).filter((choice) => columns.some((column) => column.id === choice.id));
    const others = columns.filter((column) => !known.some((choice) => choice.id === column.id));
    return {
      pageSize: chosen?.pageSize ?? defaultPageSize,
      columns: [...known, ...others.map((column) => ({ id: column.id, visible: column.shown ?? true }))],
    };
  }, [chosen, columns]);
};

interface TableSettingsProps<Row> {
  readonly id: string;
  readonly columns: readonly Column<Row>[];
}

/** The dialog in which the user chooses columns, their order and the rows on a page. */
export const TableSettings = <Row,>({ id, columns }: TableSettingsProps<Row>) => {
  const { tables } = usePreferences();
  const chosen = useTablePreferences(id, columns);
  return (
    <CollectionPreferences
      title="Table settings"
      confirmLabel="Apply"
      cancelLabel="Cancel"
      preferences={{ pageSize: chosen.pageSize, contentDisplay: chosen.columns }}
      pageSizePreference={{
        title: "Rows on a page",
        options: pageSizes.map((value) => ({ value, label: `${value} rows` })),
      }}
      contentDisplayPreference={{
        title: "Columns",
        options: columns.map((column, index) => ({ id: column.id, label: column.header, alwaysVisible: index === 0 })),
      }}
      onConfirm={({ detail }) => {
        const shown = (detail.contentDisplay ?? chosen.columns).map((choice) => ({
          id: choice.id,
          visible: choice.visible,
        }));
        setPreferences({
          tables: { ...tables, [id]: { pageSize: detail.pageSize ?? chosen.pageSize, columns: shown } },
        });
      }}
    />
  );
};
