import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { asCommand, asCurl, asImportFile } from "../../console/pages/webhook-form/as-code.ts";
import { type FormValues, newFormValues } from "../../console/pages/webhook-form/form-values.ts";
import { useCli } from "../support/use-cli.ts";

const world = useCli();
const run = promisify(execFile);
const shellEnv = () => ({ ...process.env, TIDEPOST_API_KEY: world.tidepost.key });

const formOf = (values: Partial<FormValues>): FormValues => ({
  ...newFormValues,
  name: 'Ann\'s "feed" $HOME',
  target: `${world.receiver.url}/hook?a=1&b=2`,
  ...values,
});

/** The one webhook there is, without what differs between two that are set alike. */
const stored = async () => {
  const { json } = await world.tidepost.call("GET", "/webhooks");
  expect(json.results).toHaveLength(1);
  const { id, links: _l, active_at: _a, created_at: _c, updated_at: _u, etag: _e, ...fields } = json.results[0];
  await world.tidepost.call("DELETE", `/webhooks/${id}`);
  return fields;
};

/** The words that a shell makes of a command line after `npm run … --`. */
const wordsOf = async (command: string): Promise<readonly string[]> => {
  const [npm, ...rest] = command.split(" -- ");
  expect(npm).toBe("npm run --silent tidepost");
  const { stdout } = await run("bash", ["-c", `printf '%s\\0' ${rest.join(" -- ")}`]);
  return stdout.split("\0").slice(0, -1);
};

const secrets = {
  WEBHOOK_TOKEN: "token-of-the-form",
  WEBHOOK_PASSWORD: `pass "word" \\ it's $HOME`,
  CLIENT_SECRET: "s3cret",
  HEADER_X_API_KEY: "k3y",
};

it.each([
  ["as little as possible", { events: ["delivery", "bounce"] }],
  [
    "everything that both can say",
    {
      eventsMode: "all",
      authToken: secrets.WEBHOOK_TOKEN,
      authType: "basic",
      username: "ann",
      password: secrets.WEBHOOK_PASSWORD,
      headers: [
        { name: "X-Team", value: "it's mail" },
        { name: "X-Api-Key", value: secrets.HEADER_X_API_KEY },
      ],
      batchSize: "50",
      maxBatchKilobytes: "512",
      compression: "gzip",
      active: false,
    },
  ],
] as const)("the form's curl and its command line make the same webhook: %s", async (_, values) => {
  const form = formOf(values);
  const curl = asCurl(form, `${world.tidepost.apiUrl}/webhooks`);
  for (const secret of Object.values(secrets)) expect(curl).not.toContain(secret);
  await run("bash", ["-c", curl], { env: { ...shellEnv(), ...secrets } });
  const byCurl = await stored();
  const { code, error } = await world.cli(await wordsOf(asCommand(form, world.tidepost.apiUrl)), { env: secrets });
  expect(code, error).toBe(0);
  expect(await stored()).toEqual(byCurl);
  expect(byCurl).toMatchObject({ name: form.name, target: form.target, batch_size: Number(form.batchSize) });
});

it("the form's curl names the sub-account", async () => {
  const form = formOf({ events: ["click"], subaccounts: { scope: "one", subaccount: "101", exceptions: "" } });
  await run("bash", ["-c", asCurl(form, `${world.tidepost.apiUrl}/webhooks`)], { env: shellEnv() });
  expect(await stored()).toMatchObject({ subaccount_id: 101 });
});

it.each([
  [{ events: ["click"] }, { events: ["click"], active: true }],
  [
    { eventsMode: "all", active: false, batchSize: "50" },
    { events_mode: "all", active: false, batch_size: 50 },
  ],
] as const)("the form's webhooks.json is imported as it is: %j", async (values, expected) => {
  const form = formOf({ ...values, authToken: "t", headers: [{ name: "X-Team", value: "mail" }] });
  const { status, text } = await world.tidepost.call("POST", "/webhooks/import", {
    body: JSON.parse(asImportFile(form)) as unknown,
  });
  expect(status, text).toBe(200);
  expect(await stored()).toMatchObject({ name: form.name, ...expected, custom_headers: { "X-Team": "****" } });
});
