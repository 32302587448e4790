import { duration } from "#shared/text/times.ts";
import type { CommandTerminal } from "./run-command.ts";

const barCharacters = 24;
/** Shorter work needs no bar. */
const shownAfterMs = 500;

/** Shows on standard error how far long work is, where somebody sees it. */
export interface Progress {
  /** `share` is from 0 to 1. */
  readonly show: (share: number, text: string) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

export const progressOf = ({ status }: Pick<CommandTerminal, "status">, label: string): Progress => {
  const startedAt = performance.now();
  return {
    show: (share, text) => {
      const passedMs = performance.now() - startedAt;
      if (passedMs < shownAfterMs) return;
      const left = share > 0.02 && share < 1 ? `   ${duration((passedMs / share) * (1 - share))} left` : "";
      status?.(`${label}  ${bar(share)} ${Math.floor(share * 100)} %   ${text}${left}`);
    },
    end: () => status?.(""),
  };
};

const bar = (share: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barCharacters);
  return `${"█".repeat(full)}${"░".repeat(barCharacters - full)}`;
};
