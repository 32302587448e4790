import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { answerParent, type Child, startChild } from "./child.ts";

type Request =
  | { readonly kind: "listen" }
  /** From now on POSTs to paths that begin with `/hanging` get no answer. */
  | { readonly kind: "hang" }
  /** Answers with what came so far and forgets it. */
  | { readonly kind: "take" };

interface HealthyPost {
  /** When it arrived, Unix milliseconds. */
  readonly at: number;
  /** How old its oldest event then was. */
  readonly ageMs: number;
  readonly events: number;
}

/** What many targets got since the last `take`. */
export interface TargetsTaken {
  readonly url: string;
  /** Each POST to a healthy target. */
  readonly healthy: readonly HealthyPost[];
  /** When each POST to a hanging target arrived, Unix milliseconds. */
  readonly hangingAt: readonly number[];
}

/** Many targets in one process of its own; events tell by `sentAt` when they were sent. */
export type TargetsProcess = Child<Request, TargetsTaken>;

/** Starts the targets; `listen` tells their URL, to which each adds its path. */
export const startTargetsProcess = (): TargetsProcess => startChild(import.meta.filename);

const sentAt = /"sentAt":(\d+)/g;

const serve = (): void => {
  let isHanging = false;
  let healthy: HealthyPost[] = [];
  let hangingAt: number[] = [];

  const receive = async (request: IncomingMessage): Promise<"answer" | "hang"> => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]).toString("latin1");
    const times = Array.from(body.matchAll(sentAt), ([, time]) => Number(time));
    const isTest = times.length === 0;
    if (request.url?.startsWith("/hanging") === true) {
      if (!isTest) hangingAt.push(Date.now());
      return isHanging ? "hang" : "answer";
    }
    const at = Date.now();
    if (!isTest) healthy.push({ at, ageMs: at - Math.min(...times), events: times.length });
    return "answer";
  };
  const server = createServer((request, response) => {
    receive(request).then(
      (what) => what === "answer" && response.end(),
      () => response.destroy(),
    );
  });
  const answer = async ({ kind }: Request): Promise<TargetsTaken> => {
    if (kind === "listen") await once(server.listen(0, "127.0.0.1"), "listening");
    if (kind === "hang") isHanging = true;
    const { port } = server.address() as AddressInfo;
    const taken = { url: `http://127.0.0.1:${port}`, healthy, hangingAt };
    if (kind === "take") {
      healthy = [];
      hangingAt = [];
    }
    return taken;
  };
  answerParent((request) => answer(request as Request));
};

if (import.meta.main) serve();
