import type { APIGatewayProxyEvent } from "aws-lambda";
import * as z from "zod";
import { type Caller, covers, type Grant, grants } from "#shared/domain/api-key.ts";
import { RequestError } from "#shared/domain/errors.ts";

const authorizerContext = z.object({
  customerId: z.string().min(1),
  grants: z.string().transform((list) => list.split(",").filter((grant) => grant !== "")),
  keyId: z.string().exactOptional(),
});

/** The body of a request as sent. */
export const requestBody = (event: APIGatewayProxyEvent): Buffer =>
  Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");

/** A header's value; names are matched without regard to case. */
export const requestHeader = (event: Pick<APIGatewayProxyEvent, "headers">, name: string): string | undefined => {
  const wanted = name.toLowerCase();
  const headers: Readonly<Record<string, string | undefined>> | null = event.headers;
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === wanted)?.[1];
};

/**
 * Who calls, checked again although API Gateway's authorizer has let the request pass: a route that lost its authorizer
 * must refuse, not serve.
 *
 * @param needed the grant that the key must have; `key`: any key will do
 */
export const requireCaller = (event: APIGatewayProxyEvent, needed: Grant | "key"): Caller => {
  const context = authorizerContext.safeParse(event.requestContext.authorizer);
  if (!context.success) {
    throw new RequestError(401, {
      message: "Unauthorized.",
      description: "The Authorization header is missing or holds no known API key.",
      code: "1303",
    });
  }
  const held = grants.filter((grant) => context.data.grants.includes(grant));
  if (needed !== "key" && !covers(held, needed)) {
    throw new RequestError(403, {
      message: "Forbidden.",
      description: `This API key lacks the grant '${needed}'.`,
      code: "1100",
    });
  }
  const { customerId, keyId } = context.data;
  return { customerId, grants: held, ...(keyId === undefined ? {} : { keyId }) };
};
