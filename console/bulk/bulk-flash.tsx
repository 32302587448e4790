import Button from "@cloudscape-design/components/button";
import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import { count, counted } from "#shared/text/numbers.ts";
import { bulkTexts } from "./bulk-actions.ts";
import { type BulkJob, cancelBulk, dropBulk } from "./bulk-job.ts";
import { isBusy } from "./bulk-obstacle.ts";
import { showBulkResult } from "./bulk-result.tsx";

/** How far a job is, or how it ended, for the bar above every page. */
export const bulkFlash = (job: BulkJob): FlashbarProps.MessageDefinition =>
  isBusy(job) ? runningFlash(job) : endedFlash(job);

const id = "bulk";

const runningFlash = ({ action, total, done, failures, state }: BulkJob): FlashbarProps.MessageDefinition => {
  const ended = done + failures.length;
  return {
    id,
    type: "in-progress",
    content: (
      <ProgressBar
        variant="flash"
        label={`${bulkTexts[action].going} ${counted(total, "webhook")}`}
        description="Leaving the console ends this. Other pages of it do not."
        value={(100 * ended) / total}
        additionalInfo={`${count(ended)} of ${count(total)}${failures.length === 0 ? "" : `, ${count(failures.length)} failed`}`}
      />
    ),
    action: (
      <Button disabled={state === "stopping"} onClick={cancelBulk}>
        Cancel
      </Button>
    ),
  };
};

const endedFlash = (job: BulkJob): FlashbarProps.MessageDefinition => {
  const { action, done, failures, left, secrets } = job;
  const isWhole = failures.length === 0 && left.length === 0;
  const hasMore = !isWhole || secrets.length > 0;
  return {
    id,
    type: isWhole ? "success" : failures.length > 0 ? "error" : "warning",
    header: `${counted(done, "webhook")} ${bulkTexts[action].done}`,
    content: [
      ...(failures.length === 0 ? [] : [`${count(failures.length)} ${bulkTexts[action].not}`]),
      ...(left.length === 0 ? [] : [`${count(left.length)} not tried`]),
      ...(secrets.length === 0 ? [] : ["the new secrets are shown only here"]),
    ].join(", "),
    ...(hasMore ? { action: <Button onClick={() => showBulkResult(true)}>Show the result</Button> } : {}),
    // New secrets go only when the user says that they are stored.
    dismissible: secrets.length === 0,
    dismissLabel: "Dismiss",
    onDismiss: dropBulk,
    ariaRole: isWhole ? "status" : "alert",
  };
};
