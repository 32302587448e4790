import { describe, expect, test } from "vitest";
import { expiredCertificate, receiverCertificate } from "../../support/receiver.ts";
import { outboundFixture, post } from "./client-fixture.ts";

const { receiver: startReceiver, client: startClient } = outboundFixture();

const refused = { kind: "failed", reason: "address_refused", errorCode: "EACCES" };

describe("addresses", () => {
  test.each([
    "http://127.0.0.1:9001/2018-06-01/runtime/init/error",
    "http://169.254.100.1:9001/2018-06-01/runtime/invocation/next",
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/v2/credentials",
    "http://2130706433:9001/",
    "http://0x7f.1:9001/",
    "http://0177.0.0.1:9001/",
    "http://[::1]:9001/",
    "http://[::ffff:127.0.0.1]:9001/",
    "http://localhost:9001/",
    "http://0.0.0.0:9001/",
    "http://10.0.0.1/",
  ])("%s is refused by the strict policy", async (url) => {
    expect(await post(startClient({ allowedRanges: [] }), url)).toMatchObject(refused);
    expect(await post(startClient({ allowedRanges: ["192.168.0.0/16"] }), url)).toMatchObject(refused);
  });

  test("a strict client does not even connect to a receiver on loopback", async () => {
    const receiver = await startReceiver();
    const client = startClient({ allowedRanges: [] });
    for (const host of ["127.0.0.1", "127.1", "localhost", "[::ffff:127.0.0.1]"]) {
      expect(await post(client, `http://${host}:${receiver.port}/`)).toMatchObject(refused);
    }
    expect(receiver.connections).toBe(0);
  });

  test.each([
    [["127.0.0.1", "169.254.169.254"]],
    [["10.0.0.1", "127.0.0.1"]],
    [["127.0.0.1", "::ffff:10.0.0.1"]],
    [["127.0.0.1", "fe80::1%1"]],
    [["127.0.0.1", "not an address"]],
  ])("one bad answer among %j refuses the request", async (answers) => {
    const receiver = await startReceiver();
    const client = startClient({ lookup: async () => answers });
    expect(await post(client, `http://target.example.com:${receiver.port}/`)).toMatchObject(refused);
    expect(receiver.connections).toBe(0);
  });

  test("the connection goes to the address that was checked, by one look-up, and keeps the name", async () => {
    const receiver = await startReceiver();
    const names: string[] = [];
    const client = startClient({
      lookup: async (name) => {
        names.push(name);
        return names.length === 1 ? ["127.0.0.1"] : ["10.0.0.1"];
      },
    });
    const url = `http://target.example.com:${receiver.port}/`;
    expect(await post(client, url)).toMatchObject({ kind: "answered", status: 200 });
    expect(await post(client, url)).toMatchObject({ kind: "answered", status: 200 });
    expect(names).toEqual(["target.example.com"]);
    expect(receiver.requests[0]?.headers.host).toBe(`target.example.com:${receiver.port}`);

    receiver.endConnections();
    await receiver.until(({ openConnections }) => openConnections === 0);
    expect(await post(client, url)).toMatchObject(refused);
    expect(names).toHaveLength(2);
    expect(receiver.connections).toBe(1);
  });

  test("the next address is tried when the first does not take the connection", async () => {
    const receiver = await startReceiver();
    const client = startClient({ lookup: async () => ["127.0.0.2", "::1", "127.0.0.1"] });
    expect(await post(client, `http://target.example.com:${receiver.port}/`)).toMatchObject({ kind: "answered" });
  });

  test("a name that does not resolve is a DNS failure", async () => {
    const client = startClient({
      lookup: async () => Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" })),
    });
    const failure = { kind: "failed", reason: "dns_failed", errorCode: "ENOTFOUND" };
    expect(await post(client, "http://nowhere.example.com/")).toMatchObject(failure);
    expect(await post(startClient({ lookup: async () => [] }), "http://nowhere.example.com/")).toMatchObject(failure);
  });

  test("name servers that do not answer are told apart from a name that is not there", async () => {
    const client = startClient({
      lookup: async () => Promise.reject(Object.assign(new Error("try again"), { code: "EAI_AGAIN" })),
    });
    expect(await post(client, "http://slow.example.com/")).toMatchObject({ kind: "failed", reason: "dns_timeout" });
  });

  test("a malformed range is a configuration error", () => {
    expect(() => startClient({ allowedRanges: ["10.0.0.0"] })).toThrow("Not a CIDR range: 10.0.0.0");
  });
});

describe("TLS", () => {
  test("a certificate that nobody vouches for is refused", async () => {
    const receiver = await startReceiver({ tls: true });
    expect(await post(startClient(), receiver.url)).toMatchObject({
      kind: "failed",
      reason: "tls_untrusted",
      errorCode: "DEPTH_ZERO_SELF_SIGNED_CERT",
    });
    expect(receiver.requests).toEqual([]);
  });

  test("a trusted certificate works, by address and by the name that was looked up", async () => {
    const receiver = await startReceiver({ tls: true });
    const client = startClient({ ca: receiverCertificate, lookup: async () => ["127.0.0.1"] });
    const body = Buffer.alloc(3_000_000, "x");
    for (const host of ["127.0.0.1", "target.example.com"]) {
      const url = `https://${host}:${receiver.port}/`;
      expect(await post(client, url)).toMatchObject({ kind: "answered", status: 200 });
      expect(await post(client, url, body)).toMatchObject({ kind: "answered", status: 200 });
    }
    expect(receiver.connections).toBe(2);
    expect(receiver.requests[3]?.body.equals(body)).toBe(true);
  });

  test("a certificate for another name is refused", async () => {
    const receiver = await startReceiver({ tls: true });
    const client = startClient({ ca: receiverCertificate, lookup: async () => ["127.0.0.1"] });
    expect(await post(client, `https://other.example.com:${receiver.port}/`)).toMatchObject({
      kind: "failed",
      reason: "tls_name_mismatch",
      errorCode: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  test("a certificate whose time is over is refused", async () => {
    const receiver = await startReceiver({ tls: true, certificate: expiredCertificate });
    expect(await post(startClient({ ca: expiredCertificate }), receiver.url)).toMatchObject({
      kind: "failed",
      reason: "tls_expired",
      errorCode: "CERT_HAS_EXPIRED",
    });
  });

  test("a server that does not speak TLS is a TLS failure", async () => {
    const receiver = await startReceiver();
    expect(await post(startClient(), receiver.url.replace("http:", "https:"))).toMatchObject({
      kind: "failed",
      reason: "tls_failed",
    });
  });
});
