/** What a list shows of a webhook's settings to who chooses it. */
export interface ChosenWebhook {
  readonly name: string;
  readonly target: string;
  readonly active: boolean;
}

/** Whether a webhook still is what was chosen; if not, the question that was answered was about another one. */
export const isAsChosen = (chosen: ChosenWebhook, present: ChosenWebhook): boolean =>
  chosen.name === present.name && chosen.target === present.target && chosen.active === present.active;

/** What is said of a webhook that somebody has changed between the choice and what was to be done to it. */
export const changedText = "It was changed after it was chosen, and is left as it is";
