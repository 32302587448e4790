import { fork } from "node:child_process";
import { once } from "node:events";

/** A module of `bench/support` that runs in a process of its own and answers one message at a time. */
export interface Child<Request, Answer> {
  readonly ask: (request: Request) => Promise<Answer>;
  readonly stop: () => Promise<void>;
}

/** Starts a module in a process of its own. */
export const startChild = <Request extends object, Answer>(file: string): Child<Request, Answer> => {
  const child = fork(file, { serialization: "advanced" });
  const exited = once(child, "exit");
  return {
    ask: async (request) => {
      const answer = Promise.race([
        once(child, "message"),
        exited.then(([code]) => Promise.reject(new Error(`${file} ended with code ${String(code)}`))),
      ]);
      child.send(request);
      const [message] = (await answer) as [Answer];
      return message;
    },
    stop: async () => {
      child.kill();
      await exited;
    },
  };
};

/** In the process that was started: answers every message, until the starter goes away. */
export const answerParent = (handle: (request: unknown) => Promise<unknown>): void => {
  process.on("message", (request: unknown) => {
    void handle(request).then((answer) => process.send?.(answer));
  });
  process.once("disconnect", () => process.exit());
};
