import type { Command } from "commander";
import { rotatedSecretAnswer, validateAnswer } from "#shared/contract/api/webhook.ts";
import { plain } from "#shared/text/plain.ts";
import { addChoiceOptions, type ChoiceOptions, isChoice } from "../bulk/choose.ts";
import { type BulkAction, confirmAndRun, runOnChosen } from "../bulk/run-on-chosen.ts";
import { callApi } from "../api.ts";
import { findWebhooks, webhookArgument } from "../find.ts";
import { requireConfirm, wholeNumber } from "../options.ts";
import { addAccessOptions, readAccess } from "../settings.ts";
import type { RunCommand } from "../terminal.ts";

/** Adds `tidepost test`. */
export const addTest = (program: Command, run: RunCommand): void => {
  const command = program
    .command("test")
    .summary("send webhooks a test POST")
    .description(
      "Sends each webhook's target one test POST as the webhook is set, and says which targets took it. Ends with 1 when one did not.",
    );
  addAction<{ readonly status: number }>(command, run, {
    verb: "Test",
    label: "Testing",
    done: "tested",
    isRepeatable: true,
    extra: ({ status }) => String(status),
    perform: async (access, { id }) => {
      const path = `/webhooks/${id}/validate`;
      const { response } = await callApi(access, { method: "POST", path, answer: validateAnswer });
      return { status: response.status };
    },
  });
};

/** Hours that a secret may go on for after its rotation. */
const maxOverlapHours = 168;

/** Adds `tidepost rotate`. */
export const addRotate = (program: Command, run: RunCommand): void => {
  const command = program
    .command("rotate")
    .summary("give webhooks a new signing secret")
    .description(
      "Gives each webhook that signs a new secret, which is printed this once; with --json all of them stand in one document. " +
        "Old secrets go on signing next to it for a while. Ends with 1 when a webhook got none.",
    )
    .option(
      "--overlap-hours <hours>",
      "how long old secrets go on; 24 when left out",
      wholeNumber({ from: 0, to: maxOverlapHours }),
    );
  addAction<{ readonly signing_secret: string }>(command, run, {
    verb: "Rotate the secrets of",
    label: "Rotating",
    done: "rotated",
    // The answer that was lost had the only copy of a secret, and each rotation brings the end of the receiver's one nearer.
    isRepeatable: false,
    isAlwaysTold: true,
    extra: ({ signing_secret: secret }) => plain(secret),
    perform: async (access, { id }) => {
      const { overlapHours } = command.opts<{ readonly overlapHours?: number }>();
      const body = JSON.stringify({ overlap_hours: overlapHours });
      const path = `/webhooks/${id}/rotate-secret`;
      const answer = rotatedSecretAnswer;
      const { signing_secret: secret = "" } = await callApi(access, { method: "POST", path, body, answer });
      return { signing_secret: secret };
    },
  });
};

/** Lets a command do something to the webhooks that are named or chosen. */
const addAction = <Value extends object>(command: Command, run: RunCommand, action: BulkAction<Value>): void => {
  command.argument("[webhook...]", webhookArgument).option("--yes", "do not ask");
  addAccessOptions(addChoiceOptions(command)).action(async (texts: readonly string[]) => {
    await run(command, async (terminal) => {
      if (isChoice(command.opts<ChoiceOptions>(), texts)) return await runOnChosen(command, terminal, action);
      const what = `whether to ${action.verb.toLowerCase()} them`;
      const confirmed = requireConfirm(command, terminal, { what });
      const access = await readAccess(command, terminal);
      const subjects = await findWebhooks(access, texts);
      return await confirmAndRun({ command, terminal, action, access, subjects, confirmed });
    });
  });
};
