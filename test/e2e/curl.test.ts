import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { version } from "#shared/contract/version.ts";
import { batchCommand } from "#shared/text/post-command.ts";
import type { RecordedRequest } from "../support/receiver.ts";
import { answer } from "../support/receiver-behaviour.ts";
import { useCli } from "../support/use-cli.ts";
import { isSignedWith } from "../support/verify-signature.ts";

// A batch that has failed once waits for half a minute, and has a body for so long.
const world = useCli({ args: ["--window", "1", "--retry-scale", "1"] });
const run = promisify(execFile);

const secrets = {
  WEBHOOK_TOKEN: "token of the hook",
  WEBHOOK_PASSWORD: "it's a $ecret",
  HEADER_X_TEAM: "mail & more",
};
const basic = { auth_type: "basic", auth_credentials: { username: "ann", password: secrets.WEBHOOK_PASSWORD } };

/** What of a POST is the same each time. Compressors differ; what they compressed does not. */
const lasting = ({ method, path, headers, body }: RecordedRequest) => {
  const isGzip = headers["content-encoding"] === "gzip";
  const { "content-length": _l, connection: _c, "webhook-timestamp": _t, "webhook-signature": _s, ...kept } = headers;
  const { traceparent, ...others } = kept;
  const [, traceId] = String(traceparent).split("-");
  return { method, path, headers: { ...others, traceId }, body: (isGzip ? gunzipSync(body) : body).toString() };
};

it.each([
  ["plain", "/plain?a[]={1,2}&b='$HOME'", {}],
  [
    "gzip, basic",
    "/all",
    {
      ...basic,
      auth_token: secrets.WEBHOOK_TOKEN,
      custom_headers: { "X-Team": secrets.HEADER_X_TEAM },
      compression: "gzip",
    },
  ],
  ["signed", "/signed", { signing: true }],
  ["signed gzip", "/both", { signing: true, compression: "gzip" }],
])("the commands for a batch POST what its target has got: %s", async (name, path, fields) => {
  const { tidepost, receiver, cli } = world;
  const { json } = await tidepost.call("POST", "/webhooks", {
    body: { name, target: `${receiver.url}${path}`, events_mode: "selected", events: ["click"], ...fields },
  });
  const { id, signing_secret: secret = "" } = json.results as { readonly id: string; readonly signing_secret?: string };
  receiver.respond(new RegExp(`^/${path.split(/\W/)[1]}`), answer(503));
  await cli(["trigger", "click", "-n", "3", "--no-wait"]);
  let batchId: string | undefined;
  while (batchId === undefined) [batchId] = (await cli(["batch", id, "--state", "retrying", "--quiet"])).out;
  const posts = (): readonly RecordedRequest[] =>
    receiver.requests.filter(({ headers }) => headers["x-messagesystems-batch-id"] === batchId);
  const [delivered] = posts();
  if (delivered === undefined) throw new Error("the batch was attempted");

  const env = {
    ...process.env,
    ...secrets,
    WEBHOOK_SECRET: secret,
    TIDEPOST_URL: tidepost.apiUrl,
    TIDEPOST_API_KEY: tidepost.key,
  };
  const shown = (await cli(["batch", id, batchId, "--curl"])).out.join("\n");
  const command = `tidepost() { "${process.execPath}" "${process.cwd()}/cli/tidepost.js" "$@"; }\n${shown}`;
  await run("bash", ["--norc", "-c", command], { env });

  const { json: read } = await tidepost.call("GET", `/webhooks/${id}`);
  const api = `${tidepost.apiUrl}/webhooks/${id}/batches/${batchId}`;
  const copied = batchCommand(api, { batchId, version, hasBody: true }, read.results);
  await run("bash", ["--norc", "-c", copied], { env });

  const byHand = posts().filter((post) => post !== delivered);
  expect(byHand).toHaveLength(2);
  for (const post of byHand) {
    expect(lasting(post)).toEqual(lasting(delivered));
    if (secret !== "") expect(await isSignedWith(secret, post)).toBe(true);
  }
});
