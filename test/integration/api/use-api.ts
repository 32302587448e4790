import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { type Api, type ApiCall, startApi } from "./start-api.ts";

/** The API, a receiver and a key of a new customer for each test of a file. */
export const useApi = () => {
  let api: Api;
  let receiver: Receiver;
  let key: string;
  let customerId: string;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(async () => await api.stop());
  beforeEach(async () => {
    receiver = await startReceiver();
    ({ key, customerId } = await api.issueKey());
  });
  afterEach(async () => await receiver.close());

  /** Calls a path below `/v1/webhooks`. */
  const call = async (method: string, path: string, rest: Partial<Omit<ApiCall, "method" | "path">> = {}) => {
    const { status, json } = await api.call({ key, method, path: `/v1/webhooks${path}`, ...rest });
    // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers, and a wrong guess fails them
    return { status, json: json as any };
  };

  /** A body for creating a webhook at the receiver. */
  const example = (fields: object = {}) => ({
    name: "Example webhook",
    target: `${receiver.url}/hook`,
    events: ["injection", "delivery", "open", "click"],
    ...fields,
  });

  return {
    get api() {
      return api;
    },
    get receiver() {
      return receiver;
    },
    get customerId() {
      return customerId;
    },
    call,
    example,

    /** Creates a webhook and returns its id. */
    create: async (fields: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
      const { status, json } = await call("POST", "", { body: example(fields), headers });
      expect(status, JSON.stringify(json)).toBe(200);
      return String(json.results.id);
    },
  };
};
