import SpaceBetween from "@cloudscape-design/components/space-between";
import type { BatchWithAttempts } from "#shared/contract/api/batch.ts";
import { BatchAnatomy } from "./batch-anatomy.tsx";
import { BatchTimeline } from "./batch-timeline.tsx";

interface BatchViewProps {
  readonly batch: BatchWithAttempts;
}

/** What is in a batch and what became of it. */
export const BatchView = ({ batch }: BatchViewProps) => (
  <SpaceBetween size="l">
    <BatchAnatomy batch={batch} />
    <BatchTimeline batch={batch} />
  </SpaceBetween>
);
