import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { BatchState } from "#shared/contract/words.ts";
import { batchStateTexts } from "../format/state-text.ts";

const indicators: Readonly<Record<BatchState, StatusIndicatorProps.Type>> = {
  sending: "in-progress",
  retrying: "error",
  parked: "warning",
  split: "info",
  delivered: "success",
  expired: "error",
};

interface BatchStateViewProps {
  readonly state: BatchState;
}

/** Where a batch stands. */
export const BatchStateView = ({ state }: BatchStateViewProps) => (
  <StatusIndicator type={indicators[state]}>{batchStateTexts[state]}</StatusIndicator>
);
