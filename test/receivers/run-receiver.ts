/** Runs the code of a receiver as its first comment says, in a folder of its own. */
import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { ReceiverCode, ReceiverLanguage } from "../../console/receiver-code/render-receiver.ts";

type Command = readonly [string, ...string[]];

interface Toolchain {
  /** Prints the version, to see whether it is there. */
  readonly version: Command;
  readonly run: (fileName: string) => Command;
  /** What `run` does at every start, in two: a program that is started again and again is compiled once. */
  readonly compiled?: {
    readonly compile: (fileName: string, folder: string) => Command;
    readonly run: (folder: string) => Command;
  };
  /** The first line of the work on a batch, and code before it that waits until the file `go` is there. */
  readonly work: string;
  readonly wait: string;
  /** Code before it that fails while the file `fail` is there. */
  readonly fail: string;
}

/** A program that lives for seconds is not worth optimising. */
const javaFlags = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"] as const;

export const toolchains: Readonly<Record<ReceiverLanguage, Toolchain>> = {
  node: {
    version: [process.execPath, "--version"],
    run: (fileName) => [process.execPath, fileName],
    work: "  console.log(batchId",
    wait: `  const { existsSync } = await import("node:fs");
  while (!existsSync("go")) await new Promise((done) => setTimeout(done, 10));`,
    fail: `  if (existsSync("fail")) throw new Error("on purpose");`,
  },
  python: {
    version: ["python3", "--version"],
    run: (fileName) => ["python3", fileName],
    work: '    print(f"{batch_id}: {len',
    wait: `    from time import sleep
    while not os.path.exists("go"): sleep(0.01)`,
    fail: `    if os.path.exists("fail"): raise ValueError("on purpose")`,
  },
  go: {
    version: ["go", "version"],
    run: (fileName) => ["go", "run", fileName],
    compiled: {
      compile: (fileName, folder) => ["go", "build", "-o", join(folder, "receiver"), fileName],
      run: (folder) => [join(folder, "receiver")],
    },
    work: '\tfmt.Printf("%s: %d events',
    wait: `	for _, err := os.Stat("go"); err != nil; _, err = os.Stat("go") {
	}`,
    fail: `	if _, err := os.Stat("fail"); err == nil {
		panic("on purpose")
	}`,
  },
  java: {
    version: ["java", "-version"],
    run: (fileName) => ["java", ...javaFlags, fileName],
    compiled: {
      compile: (fileName, folder) => ["javac", "-d", folder, fileName],
      run: (folder) => ["java", ...javaFlags, "-cp", folder, "Receiver"],
    },
    work: '        System.out.println(batchId + ": "',
    wait: `        while (!Files.exists(Path.of("go"))) Thread.onSpinWait();`,
    fail: `        if (Files.exists(Path.of("fail"))) throw new IllegalStateException("on purpose");`,
  },
  php: {
    version: ["php", "--version"],
    run: (fileName) => ["php", fileName],
    work: "    error_log($batchId",
    wait: `    for (clearstatcache(); !file_exists('go'); clearstatcache()) {
        usleep(10000);
    }`,
    fail: `    if (file_exists('fail')) {
        throw new Error('on purpose');
    }`,
  },
  ruby: {
    version: ["ruby", "--version"],
    run: (fileName) => ["ruby", fileName],
    work: '  puts "#{batch_id}',
    wait: "  sleep 0.01 until File.exist?('go')",
    fail: "  raise 'on purpose' if File.exist?('fail')",
  },
};

/** Whether a language can be run here. */
export const isInstalled = (language: ReceiverLanguage): boolean => {
  const [command, ...args] = toolchains[language].version;
  return spawnSync(command, args).status === 0;
};

/** A program that is set up in a folder of its own, and that runs or does not. */
export interface RunningReceiver {
  readonly folder: string;
  /** Everything that it has printed, over all its runs. */
  readonly output: () => string;
  /** Lets it work on batches: until then it waits before each. */
  readonly letWork: () => Promise<void>;
  /** Makes it fail from now on whenever it works on a batch, or no longer. */
  readonly letFail: (fails: boolean) => Promise<void>;
  /** Ends it at once, whatever it does. */
  readonly kill: () => Promise<void>;
  /** Starts it again. */
  readonly start: () => Promise<void>;
  /** Ends it, and deletes its folder. */
  readonly stop: () => Promise<void>;
}

interface ReceiverInput {
  readonly language: ReceiverLanguage;
  readonly receiver: ReceiverCode;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /**
   * Whether a program that was started before is compiled again, as its first comment has it.
   * @default true
   */
  readonly isCompiledAnew?: boolean;
}

/** The pauses before a batch is tried again, in every language, and those that a test can wait for. */
const pauses = { shown: "10, 60, 600, 3600", tested: "1, 1" };

/** Writes the program into a folder of its own, and says how to start it there. */
const writeProgram = async ({ language, receiver, isCompiledAnew = true }: ReceiverInput) => {
  const { work, wait, fail, run } = toolchains[language];
  const folder = await mkdtemp(join(tmpdir(), `receiver-${language}-`));
  for (const part of [work, pauses.shown]) {
    if (!receiver.code.includes(part)) throw new Error(`There is no text ${part}`);
  }
  const code = receiver.code
    .replace(work, () => `${wait}\n${fail}\n${work}`)
    .replace(pauses.shown, () => pauses.tested);
  await writeFile(join(folder, receiver.fileName), code);
  const command = isCompiledAnew ? undefined : await compiledOnce(language, folder, { ...receiver, code });
  return { folder, command: command ?? run(receiver.fileName) };
};

/** What starts each program that was compiled, by its code. */
const compiledPrograms = new Map<string, Promise<Command>>();

/** Compiles a program unless that was done before, and answers what starts it; undefined where there is nothing to compile. */
const compiledOnce = async (language: ReceiverLanguage, folder: string, { code, fileName }: ReceiverCode) => {
  const { compiled } = toolchains[language];
  if (compiled === undefined) return undefined;
  const compile = async (): Promise<Command> => {
    const out = mkdtempSync(join(tmpdir(), `receiver-${language}-compiled-`));
    process.once("exit", () => rmSync(out, { recursive: true, force: true }));
    const [command, ...args] = compiled.compile(fileName, out);
    await promisify(execFile)(command, args, { cwd: folder });
    return compiled.run(out);
  };
  const started = compiledPrograms.get(code) ?? compile();
  compiledPrograms.set(code, started);
  return await started;
};

const spawnIn = (folder: string, [command, ...args]: Command, env: ReceiverInput["env"]) =>
  // A process group of its own, since some start the program as a child.
  spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, detached: true });

/** Starts a program that should end; resolves with its exit code and what it printed, or with "runs" when it listens. */
export const startInVain = async (
  input: ReceiverInput,
): Promise<{ readonly code: number | "runs"; readonly output: string }> => {
  const { folder, command } = await writeProgram(input);
  const child = spawnIn(folder, command, input.env);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, "close");
  const code = await Promise.race([
    ended.then(() => child.exitCode ?? -1),
    untilListening(input.url, () => child.exitCode !== null),
  ]);
  if (code === "runs" && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  await ended;
  await rm(folder, { recursive: true });
  return { code, output };
};

/** Waits until something answers at the URL, or until that is in vain. */
const untilListening = async (url: string, isOver: () => boolean): Promise<"runs"> => {
  for (;;) {
    try {
      await fetch(url);
      return "runs";
    } catch {
      if (isOver()) return await new Promise<never>(() => undefined);
      await delay(50);
    }
  }
};

/** Starts a program, and waits until something answers at the URL. */
export const runReceiver = async (input: ReceiverInput): Promise<RunningReceiver> => {
  const { folder, command } = await writeProgram(input);
  let output = "";
  let kill = async (): Promise<void> => await Promise.resolve();
  const start = async (): Promise<void> => {
    const child = spawnIn(folder, command, input.env);
    const ended = once(child, "close");
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    kill = async () => {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        process.kill(-child.pid, "SIGKILL");
      await ended;
    };
    const failed = ended.then(() => {
      throw new Error(`The receiver ended with ${child.exitCode}:\n${output}`);
    });
    failed.catch(() => undefined);
    await Promise.race([failed, untilListening(input.url, () => child.exitCode !== null)]);
  };
  await start();
  return {
    folder,
    output: () => output,
    letWork: async () => await writeFile(join(folder, "go"), ""),
    letFail: async (fails) => await (fails ? writeFile(join(folder, "fail"), "") : rm(join(folder, "fail"))),
    kill: async () => await kill(),
    start,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
};
