import { execFileSync } from "node:child_process";
import { deployStack, emulatorEnvironment } from "./deploy-stack.ts";

/** Deploys the stack to a LocalStack-compatible emulator for a person: arguments go to `cdk`, such as `-c stackName=Other`. */
const deployLocal = async (): Promise<void> => {
  const endpoint = (process.env["AWS_ENDPOINT_URL"] ?? "http://127.0.0.1:4566").replace(/\/+$/, "");
  const { hostname = "" } = URL.parse(endpoint) ?? {};
  if (hostname === "" || hostname.endsWith(".amazonaws.com") || hostname.endsWith(".amazonaws.com.cn")) {
    throw new Error(
      `AWS_ENDPOINT_URL must be an emulator's address, not "${endpoint}". To AWS deploys: npx cdk deploy`,
    );
  }
  await fetch(endpoint).catch((error: unknown) => {
    const fix = "Start an emulator with: npm run emulator, or name another one with AWS_ENDPOINT_URL.";
    throw new Error(`Nothing answers at ${endpoint}. ${fix}`, { cause: error });
  });

  const { apiUrl, name, outputs } = await deployStack({
    endpoint,
    args: process.argv.slice(2),
    onOutput: (text) => process.stdout.write(text),
  });
  const key = execFileSync(process.execPath, ["cli/main.ts", "keys", "create", "--stack", name, "--json"], {
    encoding: "utf8",
    env: emulatorEnvironment(endpoint),
  });
  console.log(`\nDeployed ${name} to ${endpoint}`);
  console.log(`  API      ${apiUrl}`);
  console.log(`  API key  ${(JSON.parse(key) as { readonly key: string }).key}`);
  console.log(`  stream   ${outputs["StreamName"] ?? ""}`);
  console.log("Receivers on this machine are allowed as targets. The links in answers name AWS's host, not this one.");
};

try {
  await deployLocal();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
