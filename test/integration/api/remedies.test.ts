import { describe, expect, it } from "vitest";
import { answer } from "../../support/receiver-behaviour.ts";
import { remedyFor } from "../../../lambdas/api/remedies.ts";
import { useApi } from "./use-api.ts";

const system = useApi();
const { call, example } = system;

describe("the remedy", () => {
  it.each([
    [304, "Exclude the target's path from caching"],
    [400, "Accept the array"],
    [404, "Check the target's path"],
    [405, "Let the route take POST"],
    [406, "Answer whatever the Accept header is"],
    [410, "Register its new URL"],
    [411, "Content-Length"],
    [415, "Accept application/json"],
    [418, "Look up the status"],
    [422, "Accept event types"],
  ])(
    "of status %i names its own cause and fix, the target's answer first, the same in probe and creation",
    async (...row) => {
      const [status, fix] = row;
      const said = status === 304 ? "" : "No such   tenant\n";
      system.receiver.respond("/hook", answer(status, { "content-type": "text/plain" }, said));
      const probed = (await call("POST", "/probe", { body: { target: `${system.receiver.url}/hook` } })).json.results;
      expect(probed.response.status).toBe(status);
      const likely = String(probed.likely);
      if (said !== "") expect(likely).toMatch(/^The target answered “No such tenant”\. [A-Z]/);
      if (status !== 404) expect(likely).not.toContain("path is wrong");
      const created = (await call("POST", "", { body: example() })).json.errors[0];
      expect(created.description).toContain(likely);
      expect(`${probed.fix} ${likely}`).toContain(fix);
      expect(created.fix).toBe(probed.fix);
    },
  );

  it.each(["ENETUNREACH", "EAFNOSUPPORT"])("of a host without an IPv4 address says so: %s", (errorCode) => {
    expect(remedyFor("connect_failed", { errorCode })).toMatchObject({
      likely: expect.stringContaining("IPv6 addresses only"),
      fix: expect.stringContaining("A record"),
    });
  });

  it("of an HTML page quotes nothing of it", async () => {
    system.receiver.respond("/hook", answer(404, { "content-type": "text/html" }, "<html><h1>Nothing here</h1>"));
    const { json } = await call("POST", "/probe", { body: { target: `${system.receiver.url}/hook` } });
    expect(json.results.likely).toBe("The path is wrong, or nothing takes POSTs there.");
  });
});
