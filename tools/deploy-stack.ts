import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

const projectRoot = resolve(import.meta.dirname, "..");
const cdkFlags = ["--no-notices", "--no-version-reporting"];

/** A stack that was deployed to an emulator. */
export interface DeployedStack {
  readonly name: string;
  /** Base URL of the REST API at the emulator. */
  readonly apiUrl: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Environment of a command that shall reach an emulator, and nothing else: credentials and profiles of the caller stay
 * out of it.
 */
export const emulatorEnvironment = (endpoint: string): NodeJS.ProcessEnv => {
  const others = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  return {
    ...Object.fromEntries(others),
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    // Spares the CDK CLI its tries to reach the internet.
    CI: "true",
    PATH: [join(projectRoot, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
  };
};

/** Prepares an emulator as one prepares an account, and deploys the stack with the CDK CLI. */
export const deployStack = async (options: {
  readonly endpoint: string;
  /** Further arguments of `cdk deploy`, such as settings. */
  readonly args?: readonly string[];
  readonly onOutput?: (text: string) => void;
}): Promise<DeployedStack> => {
  const { endpoint, args = [], onOutput } = options;
  const directory = mkdtempSync(join(tmpdir(), "tidepost-deploy-"));
  try {
    const cdk = async (command: string, ...rest: readonly string[]): Promise<void> =>
      await run("cdk", [command, ...cdkFlags, ...rest], { endpoint, onOutput });
    const outputsFile = join(directory, "outputs.json");
    const assembly = join(directory, "assembly");
    const targets = ["--context", "allowedTargetRanges=127.0.0.0/8,::1/128", "--context", "allowLoopbackTargets=true"];
    const settings = [...targets, ...args];
    // The first argument of the CLI that is no option would be a stack's name, so the assembly is named by an option.
    await cdk("synth", "--quiet", "--output", assembly, ...settings);
    await cdk("bootstrap", "--app", assembly);
    await cdk("deploy", "--app", assembly, "--require-approval", "never", "--outputs-file", outputsFile, "--all");
    return readDeployed(endpoint, readFileSync(outputsFile, "utf8"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const readDeployed = (endpoint: string, text: string): DeployedStack => {
  const [[name, outputs] = []] = Object.entries(JSON.parse(text) as Readonly<Record<string, Record<string, string>>>);
  const { hostname = "", pathname = "" } = URL.parse(outputs?.["ApiUrl"] ?? "") ?? {};
  const apiId = /^([a-z0-9]+)\.execute-api\./.exec(hostname)?.[1];
  if (name === undefined || outputs === undefined || apiId === undefined) {
    throw new Error(`The stack has no output ApiUrl with an address of API Gateway: ${text}`);
  }
  return { name, apiUrl: `${endpoint}/_aws/execute-api/${apiId}${pathname}`, outputs };
};

/** Runs a command of the project against an emulator; resolves when it succeeds. */
const run = async (
  command: string,
  args: readonly string[],
  { endpoint, onOutput }: { readonly endpoint: string; readonly onOutput: ((text: string) => void) | undefined },
): Promise<void> => {
  const child = spawn(command, args, {
    cwd: projectRoot,
    env: emulatorEnvironment(endpoint),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output.push(text);
      onOutput?.(text);
    });
  }
  const code = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with code ${code}:\n${output.join("")}`);
};
