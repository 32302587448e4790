import { type Command, Option } from "commander";
import type { WebhookRow } from "#shared/contract/api/summary.ts";
import { webhookStates } from "#shared/contract/words.ts";
import { count } from "#shared/text/numbers.ts";
import { type ApiAccess, summaryPages } from "../api.ts";
import { usageError } from "../errors.ts";
import { progressOf } from "../output.ts";
import type { CommandTerminal } from "../terminal.ts";

/** Which webhooks a command works on, where they are not named. */
export interface ChoiceOptions {
  readonly all?: boolean;
  readonly search?: string;
  readonly state?: string;
}

/** Adds the options that choose webhooks instead of naming them. */
export const addChoiceOptions = (command: Command): Command =>
  command
    .option("--search <text>", "all webhooks with this text in their name or target, or an id that begins with it")
    .addOption(
      new Option("--state <state>", "all webhooks in this state; with --search only those").choices(webhookStates),
    )
    .option("--all", "all webhooks");

/** Whether options choose webhooks; they and names exclude each other, and one of them is needed. */
export const isChoice = ({ all, search, state }: ChoiceOptions, names: readonly string[]): boolean => {
  const chooses = all === true || search !== undefined || state !== undefined;
  // The API takes an empty search for none, and a script's variable may be empty that should have held a text.
  if (search?.trim() === "") throw usageError("--search needs a text", "Give one, or choose all webhooks by --all.");
  if (chooses && names.length > 0) {
    throw usageError(
      "Webhooks are named, and chosen by options, too",
      "Leave out the names, or --search, --state and --all.",
    );
  }
  if (all === true && (search !== undefined || state !== undefined)) {
    throw usageError("--all leaves nothing to choose", "Leave it out, or --search and --state.");
  }
  if (!chooses && names.length === 0) {
    throw usageError("No webhook is named", "Name one, or choose them by --search TEXT, --state STATE or --all.");
  }
  return chooses;
};

/** As many as the API answers at once. */
const pageSize = 500;

/** The webhooks that options choose, oldest first, each once. */
export const chooseWebhooks = async (
  access: ApiAccess,
  { search, state }: ChoiceOptions,
  terminal: CommandTerminal,
): Promise<readonly WebhookRow[]> => {
  const progress = progressOf(terminal, "Finding");
  const query = { ...(search === undefined ? {} : { search }), ...(state === undefined ? {} : { state }) };
  const found: WebhookRow[] = [];
  for await (const page of summaryPages(access, { ...query, sort: "created" }, pageSize)) {
    // A server of version 0.1 chooses nothing, and must not have all its webhooks deleted for that.
    if (page.matching === undefined) {
      throw usageError("The server does not choose webhooks: it is of version 0.1", "Name the webhooks.");
    }
    found.push(...page.results);
    progress.show(found.length / Math.max(1, page.matching), `${count(found.length)} webhooks`);
  }
  progress.end();
  return found;
};
