import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { answerParent, type Child, startChild } from "./child.ts";

type Request =
  /** Works for so long on each POST that holds events. */
  | { readonly kind: "listen"; readonly workMs: number }
  /** Answers when nothing is under way and nothing has come for so long. */
  | { readonly kind: "rest"; readonly silenceMs: number }
  /** Answers at once. */
  | { readonly kind: "look" };

/** What a target with one worker has got. */
export interface Worked {
  readonly url: string;
  readonly posts: number;
  /** Most POSTs that were under way at a time: come, and not answered yet. */
  readonly mostAtOnce: number;
  /** POSTs whose connection was closed before the answer. */
  readonly givenUp: number;
  readonly events: number;
  /** Events that had come before. */
  readonly repeated: number;
  /** When the last answer was given, Unix milliseconds. */
  readonly lastAt: number;
}

/** A target in a process of its own that works on one POST at a time. Whatever else comes waits. */
export type WorkerTarget = Child<Request, Worked>;

/** Starts the target; `listen` tells its URL. */
export const startWorkerTarget = (): WorkerTarget => startChild(import.meta.filename);

const eventId = /"event_id":"([^"]*)"/g;

const serve = (): void => {
  let workMs = 0;
  let underWay = 0;
  let lastAt = 0;
  let lane = Promise.resolve();
  const ids = new Set<string>();
  const counts = { posts: 0, mostAtOnce: 0, givenUp: 0, events: 0, repeated: 0 };

  const work = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString("latin1");
    const found = Array.from(body.matchAll(eventId), ([, id = ""]) => id);
    // A test POST.
    if (found.length === 0) return void response.end();
    const before = lane;
    lane = (async () => {
      await before;
      if (response.destroyed) return;
      await delay(workMs);
      counts.posts += 1;
      for (const id of found) {
        counts.events += 1;
        if (ids.has(id)) counts.repeated += 1;
        ids.add(id);
      }
      lastAt = Date.now();
      response.end();
    })();
    await lane;
  };
  const server = createServer((request, response) => {
    underWay += 1;
    counts.mostAtOnce = Math.max(counts.mostAtOnce, underWay);
    response.once("close", () => {
      underWay -= 1;
      if (!response.writableFinished) counts.givenUp += 1;
    });
    work(request, response).catch(() => response.destroy());
  });

  const answer = async (asked: Request): Promise<Worked> => {
    if (asked.kind === "listen") {
      workMs = asked.workMs;
      await once(server.listen(0, "127.0.0.1"), "listening");
    }
    if (asked.kind === "rest") {
      const startedAt = Date.now();
      const isQuiet = (): boolean => underWay === 0 && Date.now() - Math.max(lastAt, startedAt) >= asked.silenceMs;
      while (!isQuiet()) await delay(50);
    }
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, ...counts, lastAt };
  };
  answerParent((asked) => answer(asked as Request));
};

if (import.meta.main) serve();
