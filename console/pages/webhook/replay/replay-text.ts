import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { Replay } from "#shared/contract/api/replay.ts";

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
