import type { SinkMode } from "./mode.ts";

/** What a mode decides by. */
export interface RequestFacts {
  /** Whether it is a batch: with an id, and not the test POST. */
  readonly isBatch: boolean;
  /** Bytes as sent. */
  readonly bytes: number;
  /** Value of the token header. */
  readonly token: string | undefined;
  /** How often this batch came before. */
  readonly seenBefore: number;
  /** From 0 to 1, the next of a mode's own sequence. */
  readonly random: () => number;
}

/** What happens to a request. */
export type SinkAction =
  | { readonly kind: "answer"; readonly status: number; readonly delayMs: number; readonly body: string }
  | { readonly kind: "reset" }
  | { readonly kind: "hang" };

const answer = (status: number, body = "", delayMs = 0): SinkAction => ({ kind: "answer", status, delayMs, body });
const failure = answer(500, "The sink was told to fail.\n");

/** Decides what a mode does to a request. Modes that are about batches let the test POST pass. */
export const actionFor = (mode: SinkMode, facts: RequestFacts): SinkAction => {
  switch (mode.mode) {
    case "ok":
      return answer(200);
    case "slow":
      return answer(200, "", mode.delay_ms);
    case "500":
      return failure;
    case "flaky":
      return facts.random() < mode.fail ? failure : answer(200);
    case "reset":
    case "hang":
      return { kind: mode.mode };
    case "413":
      return facts.bytes > mode.max_bytes ? answer(413, `The sink takes ${mode.max_bytes} bytes.\n`) : answer(200);
    case "redirect":
      return answer(302, "The sink was told to redirect.\n");
    case "first-n":
      return facts.isBatch && facts.seenBefore < mode.n ? failure : answer(200);
    case "auth":
      return facts.token === mode.token ? answer(200) : answer(401, "The token is not the one that the sink wants.\n");
    case "duplicate":
      return facts.isBatch && facts.seenBefore === 0 ? answer(200, "", mode.delay_ms) : answer(200);
  }
};
