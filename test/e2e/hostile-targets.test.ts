import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFull, pairsOf, samplePairs, sampleTitle } from "../support/hostile-cases.ts";
import { hasHalfPair, hostileValues, obeyedByTerminals, type HostileValue } from "../support/hostile-values.ts";
import { runCli } from "../support/cli.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import { type RawTarget, startRawTarget } from "../support/raw-target.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import type { Tidepost } from "../support/tidepost.ts";

const event = JSON.stringify({ msys: { message_event: { type: "delivery", event_id: "1" } } });

let tidepost: Tidepost;
let target: RawTarget;
let receiver: Receiver;
beforeAll(async () => {
  [tidepost, target, receiver] = await Promise.all([joinTidepost(), startRawTarget(), startReceiver()]);
});
afterAll(async () => {
  await tidepost.stop();
  await target.close();
  await receiver.close();
});

type Place = (value: Buffer, status: number) => readonly (string | Buffer)[];

const head = (status: number, line = "Text"): string => `HTTP/1.1 ${status} ${line}\r\nconnection: close\r\n`;
const inHeader =
  (name: string): Place =>
  (value, status) => [head(status), `${name}: `, value, "\r\n\r\nbody"];

/** Where in an answer a value may stand. */
const places: Readonly<Record<string, Place>> = {
  "status text": (value, status) => [`HTTP/1.1 ${status} `, value, "\r\nconnection: close\r\n\r\nbody"],
  "header name": (value, status) => [head(status), value, ": x\r\n\r\nbody"],
  ...Object.fromEntries(
    [
      "content-type",
      "content-encoding",
      "content-length",
      "transfer-encoding",
      "date",
      "location",
      "retry-after",
      "server",
      "set-cookie",
      "via",
      "www-authenticate",
      "x-request-id",
      "x-anything",
    ].map((name) => [`header ${name}`, inHeader(name)]),
  ),
  body: (value, status) => [head(status), "\r\n", value],
  "body behind other text": (value, status) => [head(status), "\r\n", "x".repeat(1_022), value],
  "the whole answer": (value) => [value],
};

/** What stands on the wire: UTF-8, one byte a character, or two. */
const encodings = ["utf8", "latin1", "utf16le"] as const;

const answerOf = (place: string, { text, json }: HostileValue, turn: number): Buffer => {
  const encoding = encodings[turn % encodings.length] ?? "utf8";
  const status = [500, 200, 400, 429, 301][turn % 5] ?? 500;
  const parts = places[place]?.(Buffer.from(text ?? json, encoding), status) ?? [];
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
};

const caseOf = ([place, value]: readonly [string, HostileValue], turn: number) => ({
  name: `${place}: ${value.name}`,
  path: `/${turn}`,
  bytes: answerOf(place, value, turn),
});
const cases = pairsOf(Object.keys(places), hostileValues).map(caseOf);
/** Each needs a webhook of its own. */
const deliveryCases = samplePairs(Object.keys(places), hostileValues, isFull ? 3 : 1).map(caseOf);
const tokenCases = pairsOf(["access_token", "expires_in", "token_type", "all of it"], hostileValues).map(
  ([place, { name, json }], turn) => {
    const body = place === "all of it" ? json : `{"access_token":"good","${place}":${json}}`;
    return { name: `${place}: ${name}`, path: `/token-${turn}`, bytes: Buffer.from(`${head(200)}\r\n${body}`) };
  },
);

interface Checked {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers, and a wrong guess fails them
  readonly json: any;
  /** Empty when there is none. */
  readonly problem: string;
}

/** Calls the API; what is wrong with its answer is told. */
const call = async (method: string, path: string, body?: unknown): Promise<Checked> => {
  const response = await fetch(`${tidepost.apiUrl}${path}`, {
    method,
    headers: { authorization: tidepost.key, "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await response.arrayBuffer());
  const json: unknown = text === "" ? undefined : JSON.parse(text);
  const problems = [
    ...(response.status >= 500 ? [`${response.status}`] : []),
    ...(hasHalfPair(json) ? ["half a surrogate pair"] : []),
  ];
  return {
    status: response.status,
    json,
    problem: problems.length === 0 ? "" : `${problems.join(", ")}: ${text.slice(0, 300)}`,
  };
};

/** Runs the command; what it prints that a terminal would obey is told. */
const cliProblem = async (args: readonly string[]): Promise<string> => {
  const { out, error } = await runCli(args, { env: { TIDEPOST_URL: tidepost.apiUrl, TIDEPOST_API_KEY: tidepost.key } });
  const bad = [...out, error].find((line) => obeyedByTerminals.test(line) || line.includes("Unexpected error"));
  return bad === undefined ? "" : `tidepost ${args.join(" ")} prints ${JSON.stringify(bad.slice(0, 300))}`;
};

describe(`whatever a target answers (${sampleTitle})`, () => {
  it("a probe, a test POST and a validation say so in good JSON", async () => {
    for (const { path, bytes } of [...cases, ...tokenCases]) target.answer(path, bytes);
    const { json } = await call("POST", "/webhooks", {
      name: "v",
      target: `${target.url}/validated`,
      events: ["open"],
    });
    const problems: string[] = [];
    for (const [turn, { name, path, bytes }] of cases.entries()) {
      const url = `${target.url}${path}`;
      const probe = await call("POST", "/webhooks/probe", { target: url });
      const created = await call("POST", "/webhooks", { name, target: url, events: ["open"] });
      target.answer("/validated", bytes);
      const validated = await call("POST", `/webhooks/${json.results.id}/validate`);
      if (probe.status !== 200) problems.push(`${name}: the probe is answered ${probe.status}`);
      if (created.status !== 200 && created.status !== 400)
        problems.push(`${name}: creating is answered ${created.status}`);
      if (created.status === 200) await call("DELETE", `/webhooks/${created.json.results.id}`);
      const shown =
        turn % 5 === 0 ? [await cliProblem(["probe", url]), await cliProblem(["probe", url, "--json"])] : [];
      problems.push(
        ...[probe, created, validated]
          .map(({ problem }) => problem)
          .concat(shown)
          .filter((problem) => problem !== "")
          .map((problem) => `${name}: ${problem}`),
      );
    }
    expect(problems).toEqual([]);
  });

  it("a token URL's answer is shown, or its token used", async () => {
    const problems: string[] = [];
    for (const { name, path } of [...tokenCases, ...cases]) {
      const details = { url: `${target.url}${path}`, body: { client_id: "me" } };
      const settings = { auth_type: "oauth2", auth_request_details: details };
      const probe = await call("POST", "/webhooks/probe", { target: `${receiver.url}/tokened`, ...settings });
      if (probe.status !== 200 || probe.problem !== "") problems.push(`${name}: ${probe.status} ${probe.problem}`);
    }
    expect(problems).toEqual([]);
  });

  it("each delivery is recorded and shown, and a neighbour is not held up", async () => {
    const good = await call("POST", "/webhooks", {
      name: "n",
      target: `${receiver.url}/neighbour`,
      events: ["delivery"],
    });
    const webhooks: { readonly name: string; readonly path: string; readonly bytes: Buffer; readonly id: string }[] =
      [];
    for (const [turn, { name, path, bytes }] of [...deliveryCases, ...tokenCases.slice(0, 20)].entries()) {
      const own = `/delivery-${turn}`;
      const isToken = path.startsWith("/token");
      const details = { url: `${target.url}${own}`, body: { client_id: "me" } };
      if (isToken) target.answer(own, Buffer.from(`${head(200)}\r\n{"access_token":"good","expires_in":1}`));
      const { json } = await call("POST", "/webhooks", {
        name: `hostile ${turn}`,
        target: isToken ? `${receiver.url}/tokened` : `${target.url}${own}`,
        events: ["delivery"],
        ...(isToken ? { auth_type: "oauth2", auth_request_details: details } : {}),
      });
      webhooks.push({ name, path: own, bytes, id: json.results.id });
    }
    for (const { path, bytes } of webhooks) target.answer(path, bytes);
    await tidepost.ingest([event]);
    await receiver.until(({ requests }) =>
      requests.some(({ path, bodyBytes }) => path === "/neighbour" && bodyBytes > 20),
    );

    const problems: string[] = [];
    for (const { name, path, id } of webhooks) {
      let batches: readonly { readonly batch_id: string; readonly attempts: number }[] = [];
      for (let turn = 0; batches[0] === undefined || batches[0].attempts === 0; turn += 1) {
        if (turn > 600) throw new Error(`${name}: no attempt is recorded`);
        if (turn > 0) await delay(500);
        const listed = await call("GET", `/webhooks/${id}/batches`);
        if (listed.problem !== "") problems.push(`${name}: ${listed.problem}`);
        batches = listed.json.results;
      }
      const found = await call("GET", `/webhooks/${id}/batches/${batches[0].batch_id}`);
      const [attempt] = found.json.results.attempts;
      const long = Object.values<string>(attempt.response_headers ?? {}).filter((header) => header.length > 256);
      if (found.problem !== "") problems.push(`${name}: ${found.problem}`);
      if (long.length > 0 || (attempt.response_excerpt ?? "").length > 1_024) problems.push(`${name}: a long record`);
      // Each takes as long as twenty calls.
      if (Number(path.split("-")[1]) % 8 > 0) continue;
      for (const json of [[], ["--json"]]) {
        const problem = await cliProblem(["batch", id, batches[0].batch_id, ...json]);
        if (problem !== "") problems.push(`${name}: ${problem}`);
      }
    }
    for (const path of ["/webhooks", "/webhooks/summary", `/webhooks/${good.json.results.id}/metrics`]) {
      const { problem } = await call("GET", path);
      if (problem !== "") problems.push(`${path}: ${problem}`);
    }
    // Their retries would go on next to the other files.
    for (const { id } of webhooks) await call("DELETE", `/webhooks/${id}`);
    expect(problems).toEqual([]);
  });
});
