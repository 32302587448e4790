import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { answer } from "../../support/receiver-behaviour.ts";
import { decompressed, isSignedWith } from "../../support/verify-signature.ts";
import { useApi } from "./use-api.ts";

const system = useApi();
const { call, create, example } = system;

const encodings = () => system.receiver.requests.map(({ headers }) => headers["content-encoding"]);
const compressionOf = async (id: string) => (await call("GET", `/${id}`)).json.results.compression;

describe("compression", () => {
  it("is off by default", async () => {
    const id = await create();
    expect(encodings()).toEqual([undefined]);
    expect(await compressionOf(id)).toBe("none");
  });

  it.each(["gzip", "zstd"])(
    "is negotiated: the test POST of a creation goes out as batches will (%s)",
    async (kind) => {
      const id = await create({ compression: kind });
      const { headers = {}, body = Buffer.of() } = system.receiver.requests[0] ?? {};
      expect(headers).toMatchObject({
        "content-type": "application/json",
        "content-encoding": kind,
        "content-length": String(body.length),
      });
      expect(Buffer.from(decompressed({ headers, body })).toString()).toBe('[{"msys":{}}]');
      expect(await compressionOf(id)).toBe(kind);
    },
  );

  it.each([
    ["415", answer(415)],
    ["400", answer(400)],
    ["a reset", { kind: "reset", when: "afterBody" } as const],
  ])("tells of itself when the target answers %s, and stores nothing", async (_, behaviour) => {
    system.receiver.respond("/hook", behaviour);
    const { status, json } = await call("POST", "", { body: example({ compression: "gzip" }) });
    expect(status).toBe(400);
    expect(json.errors[0]).toMatchObject({
      message: expect.stringMatching(/^POST to webhook target URL failed/),
      description: expect.stringContaining("sent compressed"),
      code: "1200",
    });
    expect(json.errors[0].description).toContain("leave 'compression' out");
    expect((await call("GET", "")).json.results).toEqual([]);
  });

  it.each([
    ["that never went out", { target: "http://127.0.0.1:1/hook", compression: "gzip" }],
    ["that was not compressed", { compression: "none" }],
  ])("is not blamed for a test POST %s", async (_, fields) => {
    system.receiver.respond("/hook", answer(500));
    const { status, json } = await call("POST", "", { body: example(fields) });
    expect(status).toBe(400);
    expect(json.errors[0].description).not.toContain("compress");
  });

  it("is tried by an update that turns it on or changes it, and not by one that turns it off or leaves it", async () => {
    const id = await create();
    for (const body of [
      { compression: "gzip" },
      { compression: "gzip" },
      { name: "renamed" },
      { compression: "zstd" },
      { compression: "none" },
    ]) {
      expect((await call("PUT", `/${id}`, { body })).status).toBe(200);
    }
    expect(encodings()).toEqual([undefined, "gzip", "zstd"]);
    expect(await compressionOf(id)).toBe("none");
  });

  it("stays off when the target refuses it", async () => {
    const id = await create();
    const before = (await call("GET", `/${id}`)).json;
    system.receiver.respond("/hook", answer(415));
    const { status, json } = await call("PUT", `/${id}`, { body: { name: "new", compression: "gzip" } });
    expect(status).toBe(400);
    expect(json.errors[0].description).toContain("sent compressed");
    expect((await call("GET", `/${id}`)).json).toEqual(before);
  });

  it("goes with a change of the target", async () => {
    const id = await create({ compression: "gzip" });
    await call("PUT", `/${id}`, { body: { target: `${system.receiver.url}/other` } });
    expect(encodings()).toEqual(["gzip", "gzip"]);
  });

  it("applies to validate, and the signature covers the JSON", async () => {
    const body = example({ compression: "gzip", signing: true });
    const { id, signing_secret: secret } = (await call("POST", "", { body })).json.results;
    const sent = [{ msys: { message_event: { type: "bounce" } } }];
    expect((await call("POST", `/${id}/validate`, { body: sent })).status).toBe(200);
    const request = system.receiver.requests.at(-1);
    expect(gunzipSync(request?.body ?? "").toString()).toBe(JSON.stringify(sent));
    for (const { headers, body: bytes } of system.receiver.requests) {
      expect(await isSignedWith(secret, { headers, body: bytes })).toBe(true);
    }
  });

  it("can be probed", async () => {
    const body = { target: `${system.receiver.url}/hook`, compression: "gzip" };
    const { json } = await call("POST", "/probe", { body });
    expect(json.results).toMatchObject({
      ok: true,
      request: { body: '[{"msys":{}}]', headers: { "Content-Encoding": "gzip" } },
    });
    expect(encodings()).toEqual(["gzip"]);
  });

  it.each([{ compression: "br" }, { compression: true }, { signing: "yes" }])("refuses %j", async (fields) => {
    const { status, json } = await call("POST", "", { body: example(fields) });
    expect(status).toBe(422);
    expect(json.errors[0]).toMatchObject({ code: "1300" });
    expect(system.receiver.requests).toHaveLength(0);
  });
});
