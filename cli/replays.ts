import { type Replay, type ReplayRequest, replayAnswer } from "#shared/contract/api/replay.ts";
import { counted } from "#shared/text/numbers.ts";
import { type ApiAccess, callApi } from "./api.ts";
import { CliError, exitCodes } from "./errors.ts";
import type { CommandTerminal } from "./terminal.ts";

/** What a replay is asked for; the API says which types there are. */
type WantedReplay = Readonly<
  { [Key in Exclude<keyof ReplayRequest, "types">]?: ReplayRequest[Key] | undefined } & {
    readonly types: readonly string[] | undefined;
  }
>;

/** Starts a replay of a webhook, or its dry run. */
export const startReplay = async (access: ApiAccess, webhookId: string, wanted: WantedReplay): Promise<Replay> => {
  const body = JSON.stringify(wanted);
  return await callApi(access, { method: "POST", path: `/webhooks/${webhookId}/replay`, body, answer: replayAnswer });
};

/** Reads how far a replay is. */
export const readReplay = async (access: ApiAccess, { id, webhook_id: webhookId }: Replay): Promise<Replay> =>
  await callApi(access, { method: "GET", path: `/webhooks/${webhookId}/replays/${id}`, answer: replayAnswer });

/** What a replay has sent. */
export const totalsText = ({ batches_sent: batches, events_matched: events }: Replay): string =>
  `${counted(batches, "batch", "batches")} with ${counted(events, "event")}`;

/** A replay that has ended well; throws when it has ended otherwise. */
export const requireFinished = (ended: Replay): Replay => {
  if (ended.state === "finished") return ended;
  throw new CliError(exitCodes.failed, {
    message: `The replay is ${ended.state}${ended.reason === undefined ? "" : `: ${ended.reason}`}`,
    description: `It had sent ${totalsText(ended)}.`,
    code: ended.reason ?? ended.state,
  });
};

/** Says what cannot be recovered, and why. */
export const tellLost = (terminal: CommandTerminal, { recovery }: Replay): void => {
  if (recovery === undefined) return;
  const { past_retention: dropped, unknown } = recovery;
  if (dropped > 0) {
    terminal.error(
      `${counted(dropped, "batch", "batches")} cannot be recovered: the stream does not keep their events any more.`,
    );
  }
  if (unknown > 0) {
    terminal.error(
      `${counted(unknown, "batch", "batches")} cannot be recovered: nothing says which events were theirs.`,
    );
  }
};
