import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Replay } from "#shared/contract/api/replay.ts";
import type { WebhookSummary } from "#shared/contract/api/summary.ts";
import type { ReplayChoice } from "#shared/contract/words.ts";
import { counted } from "#shared/text/numbers.ts";

/** A replay's state as it is shown. */
export const replayStates: Readonly<
  Record<Replay["state"], { readonly text: string; readonly type: StatusIndicatorProps.Type }>
> = {
  running: { text: "Running", type: "in-progress" },
  finished: { text: "Finished", type: "success" },
  cancelled: { text: "Cancelled", type: "stopped" },
  failed: { text: "Failed", type: "error" },
};

/** Why a replay did not finish. */
export const replayFailureText = ({ state, reason }: Pick<Replay, "state" | "reason">): string => {
  if (state === "cancelled") return "It was cancelled.";
  if (reason === undefined) return "";
  switch (reason) {
    case "records_dropped":
      return "The stream dropped records before they could be read. Choose a later start.";
    case "webhook_deleted":
      return "The webhook was deleted.";
  }
};

/** Why the API would refuse to send anything to a webhook once more; a count works all the same. */
export const whyNotSend = ({ active }: Pick<WebhookSummary, "active">): string | undefined =>
  active ? undefined : "The webhook is paused: resume it first.";

/** Which batches a recovery sends. */
export const choiceTexts: Readonly<Record<ReplayChoice, { readonly label: string; readonly description: string }>> = {
  expired: { label: "Expired", description: "Batches that were given up. They are formed again from the stream." },
  failed: { label: "Failed", description: "The same, and batches that failed and wait: they are tried now." },
  undelivered: { label: "Undelivered", description: "The same, and all others that wait, such as parked ones." },
};

/** What a recovery cannot send, and why. */
export const recoveryLosses = ({ recovery }: Pick<Replay, "recovery">): readonly string[] => {
  const { past_retention: dropped = 0, unknown = 0 } = recovery ?? {};
  const lost = (count: number, why: string): readonly string[] =>
    count === 0 ? [] : [`${counted(count, "batch", "batches")} cannot be recovered: ${why}`];
  return [
    ...lost(dropped, "the stream does not keep their events any more."),
    ...lost(unknown, "nothing says which events were theirs."),
  ];
};
