import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { eventKeys } from "#shared/contract/words.ts";
import { deliveryHeaders, testBody } from "#shared/delivery/headers.ts";
import { samples } from "#shared/events/catalogue/samples.ts";
import { signingSecretOf } from "#shared/webhooks/settings.ts";
import { openApiDocument } from "../../../lambdas/api/openapi/create-document.ts";
import { componentOf, documentOf, operationsOf } from "../../../lambdas/api/openapi/document.ts";
import { operations } from "../../../lambdas/api/openapi/operations.ts";
import { answerMismatch, mismatch, placeOf } from "./contract-schemas.ts";

const document = documentOf("https://tidepost.example.com/api");
const { webhooks: deliveries } = document as unknown as {
  readonly webhooks: { readonly batch: { readonly post: object } };
};
const described = operationsOf(document).map((placed) => ({
  ...placed,
  key: `${placed.method.toUpperCase()} /v1${placed.path}`,
}));

/** Every value of a property in the document, however deep. */
const valuesOf = (name: string, value: unknown = document): readonly unknown[] => {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [...(key === name ? [child] : []), ...valuesOf(name, child)]);
};

describe("the OpenAPI document", () => {
  it("is what the schemas make; 'npm run openapi' writes it", () => {
    expect(readFileSync("docs/openapi.json", "utf8")).toBe(`${JSON.stringify(openApiDocument(), null, 2)}\n`);
  });

  it("is valid OpenAPI 3.1", async () => {
    const { valid, errors } = await new Validator().validate({ ...document });
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  it("has every operation, each with a name of its own", () => {
    expect(described.map(({ key }) => key).toSorted()).toEqual(Object.keys(operations).toSorted());
    const ids = described.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
  });

  it("refers to components that there are, and to all of them", () => {
    const { schemas, parameters, responses } = document.components;
    const references = new Set(valuesOf("$ref").map((reference) => componentOf(String(reference))));
    expect(references).toEqual(new Set(Object.keys({ ...schemas, ...parameters, ...responses })));
  });

  it("declares the parameters of each path and describes all parameters", () => {
    for (const { path, operation } of described) {
      const parameters = operation.parameters ?? [];
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(parameters.filter(({ schema }) => schema.description === undefined)).toEqual([]);
    }
  });

  it("describes every field of every request", () => {
    for (const [name, { properties = {} }] of Object.entries(document.components.schemas)) {
      const bare = Object.entries(properties).filter(([, { $ref, description }]) => $ref === undefined && !description);
      expect([name, bare.map(([field]) => field)]).toEqual([name, []]);
    }
  });

  it.each(described.map(({ key, operation }) => [key, operation] as const))(
    "has fitting examples of %s",
    (key, operation) => {
      for (const [type, { example }] of Object.entries(operation.requestBody?.content ?? {})) {
        const place = [...placeOf(key), "requestBody", "content", type, "schema"];
        expect(mismatch(place, example)).toBeUndefined();
      }
      const json = operation.responses["200"]?.content?.["application/json"]?.example;
      if (json !== undefined) expect(answerMismatch(key, { status: 200, json })).toBeUndefined();
    },
  );

  it("has no default in a body, which generators of clients take for a field that must be sent", () => {
    const requests = described.flatMap(({ operation }) => Object.values(operation.requestBody?.content ?? {}));
    const names = valuesOf("$ref", requests).map((reference) => componentOf(String(reference)));
    const bodies = [...requests, ...names.map((name) => document.components.schemas[name])];
    expect(valuesOf("default", bodies)).toEqual([]);
    expect(JSON.stringify(document.components.schemas["NewWebhook"])).toContain("Default: `true`.");
  });

  it("tells of every header that a delivery has, and of its body", () => {
    const settings = {
      authToken: "t",
      auth: { type: "basic", username: "u", password: "p" },
      customHeaders: {},
      signing: { secret: signingSecretOf(Buffer.alloc(32)), rotated: [] },
      compression: "gzip",
    } as const;
    const batchId = "5b0f6c10-3c1d-4aee-9a2f-0242ac120002";
    const sent = Object.keys(deliveryHeaders({ batchId, settings, json: Buffer.from("[]"), now: 0 }));
    const { parameters, requestBody } = deliveries.batch.post as unknown as {
      readonly parameters: readonly { readonly name: string }[];
      readonly requestBody: { readonly content: Readonly<Record<string, { readonly example: unknown }>> };
    };
    // OpenAPI takes these two from elsewhere.
    const named = ["Authorization", "Content-Type", ...parameters.map(({ name }) => name)];
    expect([...sent, "X-Tidepost-Replay"].toSorted()).toEqual(named.toSorted());
    const place = ["webhooks", "batch", "post", "requestBody", "content", "application/json", "schema"];
    const { example } = requestBody.content["application/json"] ?? {};
    for (const body of [example, samples(eventKeys), JSON.parse(testBody)])
      expect(mismatch(place, body)).toBeUndefined();
    expect(mismatch(place, [])).toBeDefined();
  });

  it("says what a client must send to be let in", () => {
    for (const { operation } of described) {
      const { security } = operation as unknown as { readonly security: readonly object[] };
      expect(security.length === 0).toBe(operation["x-required-grant"] === "public");
    }
    expect(document.components.securitySchemes["apiKey"]).toMatchObject({ in: "header", name: "Authorization" });
  });
});

describe("the check of answers", () => {
  it("finds a missing field, a wrong type and a field that is not documented", () => {
    const answer = (results: object) => answerMismatch("POST /v1/webhooks", { status: 200, json: { results } });
    const fitting = { id: "5b0f6c10-3c1d-4aee-9a2f-0242ac120002", links: [] };
    expect(answer(fitting)).toBeUndefined();
    expect(answer({ links: [] })).toContain("required property 'id'");
    expect(answer({ ...fitting, id: 5 })).toContain("must be string");
    expect(answer({ ...fitting, secret: "x" })).toContain("additional properties");
    expect(answerMismatch("POST /v1/webhooks", { status: 418, json: {} })).toContain("no schema");
  });
});
