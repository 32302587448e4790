/** Runs the code of a receiver as its first comment says, in a folder of its own. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ReceiverCode, ReceiverLanguage } from "../../console/receiver-code/render-receiver.ts";

interface Toolchain {
  /** Prints the version, to see whether it is there. */
  readonly version: readonly [string, ...string[]];
  readonly run: (fileName: string, port: number) => readonly [string, ...string[]];
  /** The first line of the work on a batch, and code before it that waits until the file `go` is there. */
  readonly work: string;
  readonly wait: string;
}

/** As the comment of the PHP receiver sets them. */
const limits = ["-d", "post_max_size=16M", "-d", "memory_limit=512M"];

export const toolchains: Readonly<Record<ReceiverLanguage, Toolchain>> = {
  node: {
    version: [process.execPath, "--version"],
    run: (fileName) => [process.execPath, fileName],
    work: "  console.log(batchId",
    wait: `  const { existsSync } = await import("node:fs");
  while (!existsSync("go")) await new Promise((done) => setTimeout(done, 10));`,
  },
  python: {
    version: ["python3", "--version"],
    run: (fileName) => ["python3", fileName],
    work: '    print(f"{batch_id}: {len',
    wait: `    from time import sleep
    while not os.path.exists("go"): sleep(0.01)`,
  },
  go: {
    version: ["go", "version"],
    run: (fileName) => ["go", "run", fileName],
    work: '\tfmt.Printf("%s: %d events',
    wait: `	for _, err := os.Stat("go"); err != nil; _, err = os.Stat("go") {
	}`,
  },
  java: {
    version: ["java", "-version"],
    run: (fileName) => ["java", fileName],
    work: '        System.out.println(batchId + ": "',
    wait: `        while (!Files.exists(Path.of("go"))) Thread.onSpinWait();`,
  },
  php: {
    version: ["php", "--version"],
    run: (fileName, port) => ["php", ...limits, "-S", `127.0.0.1:${port}`, fileName],
    work: "    error_log($batchId",
    wait: `    for (clearstatcache(); !file_exists('go'); clearstatcache()) {
        usleep(10000);
    }`,
  },
  ruby: {
    version: ["ruby", "--version"],
    run: (fileName) => ["ruby", fileName],
    work: '  puts "#{batch_id}',
    wait: "  sleep 0.01 until File.exist?('go')",
  },
};

/** Whether a language can be run here. */
export const isInstalled = (language: ReceiverLanguage): boolean => {
  const [command, ...args] = toolchains[language].version;
  return spawnSync(command, args).status === 0;
};

export interface RunningReceiver {
  readonly folder: string;
  /** Everything that it has printed. */
  readonly output: () => string;
  /** Lets it work on batches: until then it waits before each. */
  readonly letWork: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts a program, and waits until something answers at the URL. */
export const runReceiver = async (input: {
  readonly language: ReceiverLanguage;
  readonly receiver: ReceiverCode;
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<RunningReceiver> => {
  const { language, receiver, url, env } = input;
  const { run, work, wait } = toolchains[language];
  const folder = await mkdtemp(join(tmpdir(), `receiver-${language}-`));
  const code = receiver.code.replace(work, () => `${wait}\n${work}`);
  if (code === receiver.code) throw new Error(`There is no line ${work}`);
  await writeFile(join(folder, receiver.fileName), code);

  const port = Number(new URL(url).port);
  const [command, ...args] = run(receiver.fileName, port);
  // A process group of its own, since `go run` starts the program as a child.
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, detached: true });
  const exited = once(child, "exit");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await exited;
    await rm(folder, { recursive: true });
  };

  for (;;) {
    if (child.exitCode !== null) throw new Error(`The receiver ended with ${child.exitCode}:\n${output}`);
    try {
      await fetch(url);
      break;
    } catch {
      await delay(50);
    }
  }
  return { folder, output: () => output, letWork: async () => await writeFile(join(folder, "go"), ""), stop };
};
