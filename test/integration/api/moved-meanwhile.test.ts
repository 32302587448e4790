import { expect, it } from "vitest";
import { grants } from "#shared/contract/words.ts";
import { lambdaContext, proxyEvent } from "../../support/lambda-events.ts";
import { useApi } from "./use-api.ts";

const world = useApi();
const headers = { "X-MSYS-SUBACCOUNT": "5" };

it.each([
  ["PUT", "", { name: "mine" }],
  ["DELETE", "", undefined],
  ["POST", "/rotate-secret", {}],
])(
  "%s %s of a sub-account leaves alone what is moved to another between its read and its write",
  async (method, below, body) => {
    const id = await world.create({ signing: true }, headers);
    const path = `/${id}${below}`;
    const { webhooks } = world.api;
    const read = async () => await webhooks.find(world.customerId, id);
    let isMoved = false;
    const move = async (): Promise<void> => {
      if (isMoved) return;
      isMoved = true;
      expect((await world.call("PUT", `/${id}`, { body: { subaccount_id: 6 } })).status).toBe(200);
    };
    const handler = world.api.handlerWith({
      webhooks: {
        ...webhooks,
        replace: async (...sent) => {
          await move();
          return await webhooks.replace(...sent);
        },
        remove: async (...sent) => {
          await move();
          return await webhooks.remove(...sent);
        },
      },
    });
    const event = proxyEvent({
      method,
      path: `/v1/webhooks${path}`,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      caller: { customerId: world.customerId, grants },
    });
    const { statusCode } = await handler(event, lambdaContext());
    expect(statusCode).toBe(404);
    expect(await read()).toMatchObject({ subaccountId: 6, name: "Example webhook", revision: 2 });
  },
);
