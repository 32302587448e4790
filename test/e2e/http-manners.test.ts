import { gunzipSync, gzipSync } from "node:zlib";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { portalSessionPath } from "#shared/contract/api-paths.ts";
import { answers } from "#shared/contract/api/answers.ts";
import { portalHeader } from "#shared/portal/portal-token.ts";
import { joinTidepost } from "../support/join-tidepost.ts";
import type { Tidepost } from "../support/tidepost.ts";

let tidepost: Tidepost;
/** Headers of a portal session, which its own path asks for. */
let session: Readonly<Record<string, string>>;
beforeAll(async () => {
  tidepost = await joinTidepost();
  session = await openSession();
});
afterAll(async () => await tidepost.stop());

const id = "00000000-0000-4000-8000-000000000000";
/** Methods of every path, which are below the stage, with ids put in. `/ingest/ses` is in stacks that ask for it. */
const methodsByPath = new Map<string, readonly string[]>([["/docs", ["GET"]]]);
for (const key of Object.keys(answers)) {
  const [method = "", pattern = ""] = key.split(" ");
  if (pattern === "/v1/ingest/ses") continue;
  const path = pattern.replaceAll(/\{\w+\}/g, id);
  methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), method]);
}

const openSession = async (): Promise<typeof session> => {
  const body = { label: "Ann", grants: ["webhooks/view"] };
  const { json } = await tidepost.call("POST", "/portal-links", { body });
  const token = String(json.results.url).split("#portal=")[1];
  const headers = { [portalHeader]: String(json.results.id) };
  const opened = await tidepost.call("POST", "/portal/session", { body: { token }, headers });
  return { ...headers, cookie: (opened.headers.getSetCookie()[0] ?? "").split(";", 1)[0] ?? "" };
};

const urlOf = (path: string): string => `${tidepost.apiUrl.replace(/\/v1$/, "")}${path}`;

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** An answer as it is on the wire: not decompressed. */
const send = async (
  method: string,
  path: string,
  { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer } = {},
): Promise<RawAnswer> =>
  await new Promise((resolve, reject) => {
    const sent = httpRequest(
      urlOf(path),
      { method, headers: { authorization: tidepost.key, ...headers } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () =>
          resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });

const jsonOf = ({ body }: RawAnswer) => JSON.parse(body.toString()) as { readonly errors: readonly ErrorEntry[] };
interface ErrorEntry {
  readonly message: string;
  readonly description: string;
  readonly code: string;
}

const headersOf = (path: string) => (path === portalSessionPath ? { headers: session } : {});

describe.each([...methodsByPath])("%s", (path, methods) => {
  it("answers other methods with 405 and those that it has", async () => {
    const allowed = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH"].filter((one) => !methods.includes(one))) {
      const refused = await send(method, path, headersOf(path));
      expect([method, refused.status]).toEqual([method, 405]);
      expect(String(refused.headers["allow"]).split(", ").toSorted()).toEqual(allowed.toSorted());
      expect(jsonOf(refused).errors[0]?.code).toBe("1102");
      expect(refused.headers["x-content-type-options"]).toBe("nosniff");
    }
  });

  it.runIf(methods.includes("GET"))("answers HEAD as GET, without a body", async () => {
    const query = path === "/v1/events/stream" ? "?wait=0" : "";
    const [get, head] = [
      await send("GET", `${path}${query}`, headersOf(path)),
      await send("HEAD", `${path}${query}`, headersOf(path)),
    ];
    expect(head.status).toBe(get.status);
    expect(head.body).toHaveLength(0);
    expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
    if (get.headers["content-type"] === "application/json") {
      expect(get.headers["x-content-type-options"]).toBe("nosniff");
    }
  });
});

describe("compression", () => {
  const path = "/v1/webhooks/events/documentation";

  it("is for those who accept it", async () => {
    const [plain, packed] = [
      await send("GET", path),
      await send("GET", path, { headers: { "accept-encoding": "br, gzip" } }),
    ];
    expect([plain.headers["content-encoding"], packed.headers["content-encoding"]]).toEqual([undefined, "gzip"]);
    expect([plain.headers["vary"], packed.headers["vary"]]).toEqual(["accept-encoding", "accept-encoding"]);
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    expect(packed.body.length).toBeLessThan(plain.body.length / 4);
  });

  it.each(["gzip;q=0", "identity", "xgzip", "br"])("is not for those who send '%s'", async (coding) => {
    const answer = await send("GET", path, { headers: { "accept-encoding": coding } });
    expect(answer.headers["content-encoding"]).toBeUndefined();
  });

  it("of a request's JSON is refused as a type that is not taken, not as bad JSON", async () => {
    const body = gzipSync(JSON.stringify({ name: "a", target: "https://in.example.net/", events: ["open"] }));
    for (const [method, target] of [
      ["POST", "/v1/webhooks"],
      ["POST", "/v1/webhooks/import"],
      ["PUT", `/v1/webhooks/${id}`],
      ["POST", "/v1/api-keys"],
    ] as const) {
      const headers = { "content-encoding": "gzip", "content-type": "application/json" };
      const refused = await send(method, target, { headers, body });
      expect([target, refused.status, jsonOf(refused).errors[0]?.code]).toEqual([target, 415, "1700"]);
    }
  });
});

describe("a request without a known key", () => {
  it.each(["", "unknown", "Bearer unknown", `Basic ${Buffer.from("unknown:").toString("base64")}`])(
    "with Authorization '%s' is told how keys are sent",
    async (authorization) => {
      for (const [method, path] of [
        ["GET", "/v1/webhooks"],
        ["POST", "/v1/ingest/events"],
      ] as const) {
        const refused = await send(method, path, { headers: { authorization } });
        expect(refused.status).toBe(401);
        // No browser opens a dialog for it.
        expect(refused.headers["www-authenticate"]).toBe('ApiKey realm="tidepost"');
        expect(refused.headers["x-content-type-options"]).toBe("nosniff");
        expect(jsonOf(refused).errors[0]?.description).toMatch(/without 'Bearer'.*Basic authentication/);
      }
    },
  );
});

describe("a parameter that is sent repeatedly", () => {
  it("is one list where it is a list", async () => {
    const { body } = await send("GET", "/v1/webhooks/events/samples?events=bounce&events=click,open&events=bounce");
    const { results } = JSON.parse(body.toString()) as { readonly results: readonly { readonly msys: object }[] };
    const types = results.flatMap(({ msys }) => Object.values(msys) as { readonly type: string }[]);
    expect(types.map(({ type }) => type)).toEqual(["bounce", "click", "open"]);
  });

  it("is refused where its values contradict each other", async () => {
    const refused = await send("GET", "/v1/webhooks?timezone=UTC&timezone=Europe/Paris");
    expect(refused.status).toBe(400);
    expect((await send("GET", "/v1/webhooks?timezone=UTC&timezone=UTC")).status).toBe(200);
  });
});
