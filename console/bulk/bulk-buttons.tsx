import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { bulkTexts } from "./bulk-actions.ts";
import type { BulkAction } from "./bulk-failures.ts";
import { useBulkJob } from "./bulk-job.ts";
import { obstacleOf } from "./bulk-obstacle.ts";

interface BulkButtonsProps {
  readonly hasSelection: boolean;
  readonly onAction: (action: BulkAction) => void;
}

/** What can be done to the webhooks that are selected. */
export const BulkButtons = ({ hasSelection, onAction }: BulkButtonsProps) => {
  const job = useBulkJob();
  const reason = obstacleOf(job) ?? (hasSelection ? undefined : "Select webhooks first.");
  const lacking = { disabled: reason !== undefined, disabledReason: reason ?? "" };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {(["pause", "resume"] as const).map((action) => (
        <Button key={action} {...lacking} onClick={() => onAction(action)}>
          {bulkTexts[action].now}
        </Button>
      ))}
      <ButtonDropdown
        ariaLabel="More actions"
        {...lacking}
        items={(["test", "rotate", "recover", "delete"] as const).map((id) => ({ id, text: bulkTexts[id].now }))}
        onItemClick={({ detail }) => onAction(detail.id as BulkAction)}
      >
        More
      </ButtonDropdown>
    </SpaceBetween>
  );
};
