import ProgressBar from "@cloudscape-design/components/progress-bar";
import type { ImportResult } from "#shared/contract/api/import.ts";
import { count } from "#shared/text/numbers.ts";

interface ImportProgressProps {
  /** Absent until the first request has ended. */
  readonly soFar: ImportResult | undefined;
}

/** How far an import is that is being applied. */
export const ImportProgress = ({ soFar }: ImportProgressProps) => {
  const rows = soFar?.plan ?? [];
  const done = rows.filter(({ outcome }) => outcome !== "not_tried").length;
  return (
    <ProgressBar
      label="Applying the plan"
      description="Each new or changed target gets its test POST. Slow ones take up to half a minute."
      value={rows.length === 0 ? 0 : Math.floor((done / rows.length) * 100)}
      additionalInfo={rows.length === 0 ? "" : `${count(done)} of ${count(rows.length)} rows`}
    />
  );
};
