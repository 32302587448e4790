/**
 * Runs ministack, a LocalStack-compatible emulator of AWS that runs Node functions without Docker.
 *
 * It shows that the stack deploys and that its parts are connected. How AWS's windows, retries and limits behave, it does
 * not imitate: the local runtime of `npm run dev` does.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const projectRoot = resolve(import.meta.dirname, "..");
const requirements = join(import.meta.dirname, "python-requirements.txt");
const environment = join(projectRoot, ".venv");
const binaries = join(environment, process.platform === "win32" ? "Scripts" : "bin");
/** What the environment was made for, so that other requirements make another one. */
const stamp = join(environment, "requirements-installed.txt");

const defaultPort = 4_566;
const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;

/** Python with the packages that tests of the deployment need; the environment is made when it is missing. */
export const preparedPython = (): string => {
  prepareEnvironment();
  return join(binaries, "python");
};

/** A running emulator. */
export interface Emulator {
  readonly endpoint: string;
  /** What it has logged so far. */
  readonly log: () => string;
  /** Ends it and the functions that it runs, and removes its files. */
  readonly stop: () => Promise<void>;
}

/** Starts the emulator on a port of the loopback interface, in a virtual environment of Python that is made when missing. */
export const startEmulator = async (options: { readonly port: number }): Promise<Emulator> => {
  const { port } = options;
  if (await isTaken(port)) throw new Error(`Port ${port} is taken by another program; the emulator needs a free one.`);
  const python = preparedPython();
  const directory = mkdtempSync(join(tmpdir(), "tidepost-emulator-"));
  const logFile = join(directory, "emulator.log");
  const output = openSync(logFile, "w");
  const child = spawn(python, ["-m", "ministack"], {
    cwd: directory,
    // A process group of its own, so that no function outlives it.
    detached: true,
    stdio: ["ignore", output, output],
    env: {
      ...process.env,
      // It listens on every interface unless told otherwise.
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      // Functions run on the first `node` of the path, which must be that of the project.
      PATH: [join(projectRoot, "node_modules/.bin"), process.env["PATH"]].join(
        process.platform === "win32" ? ";" : ":",
      ),
      TMPDIR: directory,
    },
  });
  const onExit = (): void => killGroup(child);
  process.once("exit", onExit);
  const emulator: Emulator = {
    endpoint: `http://127.0.0.1:${port}`,
    log: () => readFileSync(logFile, "utf8"),
    stop: async () => {
      await stopGroup(child);
      process.off("exit", onExit);
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await untilHealthy(emulator, child).catch(async (error: unknown) => {
    await emulator.stop();
    throw error;
  });
  return emulator;
};

const prepareEnvironment = (): void => {
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  execFileSync(findPython(), ["-m", "venv", "--clear", environment], { stdio: "inherit" });
  execFileSync(join(binaries, "python"), ["-m", "pip", "install", "--quiet", "--requirement", requirements], {
    stdio: "inherit",
  });
  writeFileSync(stamp, wanted);
};

const findPython = (): string => {
  const check = "import ensurepip, sys; sys.exit(sys.version_info < (3, 10))";
  const names = ["python3", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
  const found = names.find((name) => spawnSync(name, ["-c", check], { stdio: "ignore" }).status === 0);
  if (found === undefined) throw new Error("The emulator needs Python 3.10 or newer with its venv module.");
  return found;
};

const isTaken = async (port: number): Promise<boolean> => {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

const untilHealthy = async ({ endpoint, log }: Emulator, child: ChildProcess): Promise<void> => {
  const health = `${endpoint}/_ministack/health`;
  const isHealthy = async (): Promise<boolean> => {
    try {
      return (await fetch(health)).ok;
    } catch {
      return false;
    }
  };
  const deadline = performance.now() + startTimeoutMs;
  while (!(await isHealthy())) {
    if (child.exitCode !== null) throw new Error(`The emulator ended with code ${child.exitCode}:\n${log()}`);
    if (performance.now() > deadline) throw new Error(`The emulator did not answer:\n${log()}`);
    await delay(100);
  }
};

const stopGroup = async (child: ChildProcess): Promise<void> => {
  const exited = child.exitCode === null && child.signalCode === null ? once(child, "exit") : Promise.resolve();
  child.kill("SIGTERM");
  await Promise.race([exited, delay(stopTimeoutMs, undefined, { ref: false })]);
  killGroup(child);
  await exited;
};

const killGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // Nothing of the group is left.
    if ((error as { readonly code?: string }).code !== "ESRCH") throw error;
  }
};

if (import.meta.main) {
  const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  try {
    const emulator = await startEmulator({ port: Number(process.env["PORT"] ?? defaultPort) });
    console.log(`Emulator ready: AWS_ENDPOINT_URL=${emulator.endpoint} (Ctrl-C stops it and forgets all data)`);
    await stopped;
    await emulator.stop();
    process.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
