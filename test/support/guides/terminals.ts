/** Shells that a page's commands run in: one that goes from block to block, and one for each program that keeps running. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const binaries = resolve(import.meta.dirname, "../../../node_modules/.bin");

/** Carries what a block exports to the next one. */
export const exportedFile = ".guide-env";
const begun = `[ -f ${exportedFile} ] && . ./${exportedFile}`;
const carried = (script: string): string => `${begun}; set -e\n${script}\nexport -p > ${exportedFile}\n`;

export type Terminals = ReturnType<typeof openTerminals>;

export const openTerminals = (folder: string, limitMs: number) => {
  const running = new Map<string, { readonly script: string; readonly child: ChildProcess }>();
  /** The terminal whose program goes on from one page to the next. */
  let kept: string | undefined;
  /** What has been printed in all terminals, in the order in which it came. */
  let printed = "";
  /** Where in it the output of the last block begins. */
  let lastBlock = 0;

  const start = (script: string): ChildProcess => {
    const env = {
      ...process.env,
      PATH: `${binaries}:${process.env["PATH"]}`,
      NO_COLOR: "1",
      npm_config_loglevel: "error",
    };
    // Apart from the test's own group, so that Ctrl-C there leaves the order of ending to us.
    const child = spawn("bash", ["-c", script], {
      cwd: folder,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
      });
    }
    return child;
  };

  const end = async (child: ChildProcess): Promise<void> => {
    if (!isRunning(child) || child.pid === undefined) return;
    const exited = once(child, "exit");
    for (const pid of familyOf(child.pid)) killIfThere(pid);
    await exited;
  };

  /** Waits for a condition; fails with all that was printed. */
  const until = async (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + limitMs;
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error(`Nothing came of: ${what}\n${printed}`);
      await delay(50);
    }
  };

  return {
    /** Runs a script to its end, which must be a good one. */
    run: async (script: string): Promise<void> => {
      lastBlock = printed.length;
      const child = start(carried(script));
      const [code] = (await once(child, "close")) as [number | null];
      if (code !== 0) throw new Error(`Ended with ${code}:\n${script}\n${printed.slice(lastBlock)}`);
    },

    /** Starts a program in a terminal, whose earlier program it ends, and waits until it is ready. */
    open: async (
      name: string,
      script: string,
      ready: { readonly text?: string | undefined; readonly port?: number | undefined },
    ): Promise<void> => {
      const earlier = running.get(name);
      lastBlock = printed.length;
      const goesOn = name === kept && earlier?.script === script && isRunning(earlier.child);
      if (name === kept) kept = undefined;
      if (goesOn) return;
      if (earlier !== undefined) await end(earlier.child);
      const child = start(`${begun}\n${script}`);
      running.set(name, { script, child });
      await until(script, async () => {
        if (child.exitCode !== null)
          throw new Error(`Ended with ${child.exitCode}:\n${script}\n${printed.slice(lastBlock)}`);
        if (ready.port !== undefined) return await isListening(ready.port);
        return printed.slice(lastBlock).includes(ready.text ?? "");
      });
    },

    /** Waits until all parts have been printed, one after the other, since the last block began; runs that again while they are not. */
    expect: async (parts: readonly string[], again?: () => Promise<unknown>): Promise<void> =>
      await until(parts.join("\n"), async () => {
        let from = lastBlock;
        const isPrinted = parts.every((part) => {
          const at = printed.indexOf(part, from);
          from = at + part.length;
          return at !== -1;
        });
        if (!isPrinted) await again?.();
        return isPrinted;
      }),

    printed: (): string => printed,

    /** Ends a page: all programs but one, which the next page finds running if it begins it with the same words. */
    turnPage: async (terminal: string): Promise<void> => {
      const ending = [...running].filter(([name]) => name !== terminal);
      for (const [name] of ending) running.delete(name);
      await Promise.all(ending.map(async ([, { child }]) => await end(child)));
      kept = terminal;
      printed = "";
      lastBlock = 0;
    },

    close: async (): Promise<void> => {
      await Promise.all([...running.values()].map(async ({ child }) => await end(child)));
    },
  };
};

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** A process and all that it has started, some of it in process groups of their own. */
const familyOf = (pid: number): readonly number[] => {
  const rows = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const childrenOf = (parent: number): readonly number[] =>
    pairs.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...childrenOf(child)]);
  return [pid, ...childrenOf(pid)];
};

const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};

const isListening = async (port: number): Promise<boolean> => {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
