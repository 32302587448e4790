import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
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
const failure = answer(500, "The sink is set to fail.\n");

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
      return answer(302, "The sink is set to redirect.\n");
    case "first-n":
      return facts.isBatch && facts.seenBefore < mode.n ? failure : answer(200);
    case "auth":
      return facts.token === mode.token ? answer(200) : answer(401, "The token is not the one that the sink wants.\n");
    case "duplicate":
      return facts.isBatch && facts.seenBefore === 0 ? answer(200, "", mode.delay_ms) : answer(200);
  }
};

/** How a POST ended: with an answer, a reset, or by the sender going away first. */
export type SinkResult =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "reset" }
  | { readonly kind: "sender_left"; readonly afterMs: number };

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Where a redirect leads. */
  readonly location: string;
  /** Called before a 2xx answer. */
  readonly keep: () => Promise<void>;
}

/** Does to a request, whose body has arrived, what was decided. */
export const perform = async (action: SinkAction, exchange: Exchange): Promise<SinkResult> => {
  const { request, response, location, keep } = exchange;
  const startedAt = performance.now();
  const left = (): SinkResult => ({ kind: "sender_left", afterMs: Math.round(performance.now() - startedAt) });
  switch (action.kind) {
    case "reset":
      request.socket.resetAndDestroy();
      return { kind: "reset" };
    case "hang":
      if (!response.destroyed) await once(response, "close");
      return left();
    case "answer": {
      const { status, body, delayMs } = action;
      if (delayMs > 0 && !(await isStillThere(response, delayMs))) return left();
      const isTaken = status >= 200 && status < 300;
      if (isTaken) await keep();
      if (response.destroyed) return left();
      response.writeHead(status, {
        ...(body === "" ? {} : { "content-type": "text/plain" }),
        ...(status === 302 ? { location } : {}),
      });
      response.end(body);
      return { kind: "answered", status };
    }
  }
};

/** Waits; false when the sender has gone away meanwhile. */
const isStillThere = async (response: ServerResponse, delayMs: number): Promise<boolean> => {
  const waiting = new AbortController();
  const { signal } = waiting;
  const stop = (): void => waiting.abort();
  response.once("close", stop);
  if (response.destroyed) stop();
  await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  response.off("close", stop);
  return !response.destroyed;
};
