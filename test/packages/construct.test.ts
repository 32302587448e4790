/** The construct in apps of other people: the example, and one that brings what it has. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { functionEnv } from "#shared/contract/env.ts";
import { readAssembly } from "../../emulator/assembly.ts";
import { startRuntime } from "../../emulator/start-runtime.ts";
import { createApiKey } from "../../local/start-system.ts";
import { apiClient } from "../support/api-client.ts";
import { projectManifest } from "../support/packages.ts";
import { startReceiver } from "../support/receiver.ts";
import { resolveTemplate, resourcesOf } from "../infra/template.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

let folder: string;
let tarball: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tidepost-construct-"));
  tarball = inject("tarballs")["tidepost-cdk"] ?? "";
  cpSync(join(projectRoot, "examples/ses-to-webhooks"), folder, { recursive: true });
  mkdirSync(join(folder, "node_modules/tidepost-cdk"), { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", join(folder, "node_modules/tidepost-cdk")]);
  for (const name of ["aws-cdk-lib", "cdk-nag", "constructs"]) {
    symlinkSync(join(projectRoot, "node_modules", name), join(folder, "node_modules", name));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const synth = (program: string, outdir: string): void => {
  const env = { PATH: process.env["PATH"], HOME: folder, CDK_OUTDIR: join(folder, outdir) };
  execFileSync(process.execPath, [program], { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
};
const templateIn = (outdir: string, stack: string) =>
  resolveTemplate(JSON.parse(readFileSync(join(folder, outdir, `${stack}.template.json`), "utf8")));

it("has nothing that publint and attw find wrong, and asks for the CDK of this project or a later one", async () => {
  const bytes = new Uint8Array(readFileSync(tarball));
  expect((await publint({ pack: { tarball: bytes.buffer }, strict: true })).messages).toEqual([]);
  expect(await checkPackage(createPackageFromTarballData(bytes))).toMatchObject({ problems: [] });
  const manifest = JSON.parse(readFileSync(join(folder, "node_modules/tidepost-cdk/package.json"), "utf8"));
  const { "aws-cdk-lib": cdk, constructs } = projectManifest.devDependencies;
  expect(manifest).toMatchObject({ peerDependencies: { "aws-cdk-lib": `^${cdk}`, constructs: `^${constructs}` } });
  expect(manifest).not.toHaveProperty("dependencies");
});

it("is synthesised in the example, which names the versions of this project", () => {
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const { "aws-cdk-lib": cdk, constructs } = projectManifest.devDependencies;
  const construct = `file:../../dist/packages/tidepost-cdk-${projectManifest.version}.tgz`;
  expect(dependencies).toEqual({ "aws-cdk-lib": cdk, constructs, "tidepost-cdk": construct });
  synth("app.ts", "example.out");
  const template = templateIn("example.out", "MailEvents");
  const [destination] = resourcesOf(template, "AWS::SES::ConfigurationSetEventDestination").values();
  expect(destination).toMatchObject({ EventDestination: { SnsDestination: { TopicARN: "WebhooksSesTopic" } } });
  const alarms = [...resourcesOf<{ AlarmActions: readonly string[] }>(template, "AWS::CloudWatch::Alarm").values()];
  expect(alarms.length).toBeGreaterThan(10);
  for (const { AlarmActions } of alarms) expect(AlarmActions).toEqual(["Alarms"]);
  expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(["ApiUrl", "ApiKeysTableName", "StreamName"]));
  const assets = readdirSync(join(folder, "example.out")).filter((name) => name.startsWith("asset."));
  const modules = assets.filter((name) => readdirSync(join(folder, "example.out", name)).includes("index.mjs"));
  expect(modules).toHaveLength(Object.keys(functionEnv).length);
});

it("takes a stream, a topic and a domain of the app's own, and passes the rules of cdk-nag", () => {
  const app = `
    const { App, Stack, Validations } = require("aws-cdk-lib");
    const { Certificate } = require("aws-cdk-lib/aws-certificatemanager");
    const { Key } = require("aws-cdk-lib/aws-kms");
    const { Stream } = require("aws-cdk-lib/aws-kinesis");
    const { HostedZone } = require("aws-cdk-lib/aws-route53");
    const { Topic } = require("aws-cdk-lib/aws-sns");
    const { AwsSolutionsChecks, ServerlessChecks } = require("cdk-nag");
    const { Tidepost } = require("tidepost-cdk");
    const app = new App();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    const stack = new Stack(app, "Own");
    const stream = new Stream(stack, "Stream", { encryptionKey: new Key(stack, "Key", { enableKeyRotation: true }) });
    Validations.of(stream).acknowledge({ id: "AwsSolutions-KDS3", reason: "The app has a key of its own." });
    const certificate = Certificate.fromCertificateArn(stack, "Certificate", "arn:aws:acm:eu-west-1:1:certificate/a");
    const hostedZone = HostedZone.fromHostedZoneAttributes(stack, "Zone", { hostedZoneId: "Z1", zoneName: "example.com" });
    const { apiUrl, deadLetters } = new Tidepost(stack, "Events", {
      alarmTopic: Topic.fromTopicArn(stack, "Alarms", "arn:aws:sns:eu-west-1:1:alarms"),
      domain: { certificate, domainName: "hooks.example.com", hostedZone },
      outputs: false,
      stream,
    });
    console.error(apiUrl, Object.keys(deadLetters).join());`;
  writeFileSync(join(folder, "own.cjs"), app);
  synth("own.cjs", "own.out");
  const template = templateIn("own.out", "Own");
  expect(resourcesOf(template, "AWS::Kinesis::Stream").size).toBe(1);
  expect(template.Outputs).toBeUndefined();
  const [record] = resourcesOf(template, "AWS::Route53::RecordSet").values();
  expect(record).toMatchObject({ Name: "hooks.example.com.", HostedZoneId: "Z1" });
  const keyed = [...resourcesOf(template, "AWS::IAM::Policy").entries()].filter(([, policy]) =>
    JSON.stringify(policy).includes('"Resource":"Key"'),
  );
  expect(
    keyed.map(([id]) => /^Events(\w+?)(Role|Function)/.exec(id)?.[1] ?? id).toSorted((a, b) => (a < b ? -1 : 1)),
  ).toEqual(["Batching", "Delivery", "Listen", "Replay", "RoutesApi", "RoutesIngest"]);
});

it("delivers from the example's template on the emulator", async () => {
  synth("app.ts", "run.out");
  const receiver = await startReceiver();
  const runtime = await startRuntime({
    assembly: async () => await readAssembly(join(folder, "run.out")),
    windowSeconds: 1,
    functionEnvironment: (apiUrl) => ({ ALLOWED_TARGET_RANGES: "127.0.0.0/8", API_BASE_URL: apiUrl }),
  });
  try {
    await createApiKey(runtime, "a-key");
    const { call, ingest } = apiClient({ baseUrl: runtime.apiUrl, ingestPath: "/v1/ingest/events", key: "a-key" });
    const body = { name: "construct", target: `${receiver.url}/hook`, events_mode: "all" };
    expect(await call("POST", "/v1/webhooks", { body })).toMatchObject({ status: 200 });
    await ingest(['{"msys":{"track_event":{"type":"click"}}}']);
    const isBatch = ({ bodyBytes }: { readonly bodyBytes: number }): boolean => bodyBytes > 20;
    await receiver.until(() => receiver.requests.some(isBatch), 240_000);
    expect(receiver.requests.find(isBatch)?.body.toString()).toBe('[{"msys":{"track_event":{"type":"click"}}}]');
  } finally {
    await runtime.stop();
    await receiver.close();
  }
});
