import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { SinkAction } from "./action.ts";
import type { SinkResult } from "./received-post.ts";

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
