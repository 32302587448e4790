import ToggleButton from "@cloudscape-design/components/toggle-button";
import type { WebhookState } from "#shared/contract/words.ts";
import { count } from "#shared/text/numbers.ts";
import { stateTexts } from "../../components/state-text.ts";

interface StateChipsProps {
  /** How many webhooks are in each state; absent until it is known. */
  readonly counts: Readonly<Record<WebhookState, number>> | undefined;
  readonly chosen: readonly WebhookState[];
  readonly onChange: (states: readonly WebhookState[]) => void;
}

/** What needs attention first. */
const order: readonly WebhookState[] = ["failed", "parked", "paused", "pending", "ok"];

/** The states with the number of webhooks in each; those that are pressed are shown. */
export const StateChips = ({ counts, chosen, onChange }: StateChipsProps) => (
  <fieldset className="state-chips">
    <legend className="visually-hidden">States to show</legend>
    {order.map((state) => (
      <ToggleButton
        key={state}
        pressed={chosen.includes(state)}
        onChange={({ detail }) =>
          onChange(detail.pressed ? [...chosen, state] : chosen.filter((other) => other !== state))
        }
      >
        {counts === undefined ? stateTexts[state] : `${stateTexts[state]} ${count(counts[state])}`}
      </ToggleButton>
    ))}
  </fieldset>
);
