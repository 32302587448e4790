import Button from "@cloudscape-design/components/button";
import { count, counted } from "#shared/text/numbers.ts";

interface SelectionBarProps {
  /** Webhooks that are selected. */
  readonly size: number;
  /** Webhooks that match what is searched for, on all pages. */
  readonly matching: number;
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
}

/** How many webhooks are selected, and the way to all that match. */
export const SelectionBar = ({ size, matching, onSelectAll, onClear }: SelectionBarProps) => {
  if (size === 0) return null;
  return (
    <div className="inline-list">
      <span aria-live="polite">{`${counted(size, "webhook")} selected`}</span>
      {size < matching && (
        <Button variant="inline-link" onClick={onSelectAll}>
          {`Select all ${count(matching)} that match`}
        </Button>
      )}
      <Button variant="inline-link" onClick={onClear}>
        Clear the selection
      </Button>
    </div>
  );
};
