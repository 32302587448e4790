import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from "aws-lambda";
import { type ApiKey, hashApiKey, keyFromAuthorization } from "#shared/api-key.ts";
import { requestHeader } from "#shared/runtime/http.ts";
import type { Telemetry } from "#shared/runtime/telemetry.ts";
import type { ApiKeyStore } from "#shared/stores.ts";
import type { PortalLinkStore } from "#shared/portal/portal-link.ts";
import { authorizeSession, isForPortal } from "./portal-session.ts";

export interface AuthorizeDeps {
  readonly apiKeys: Pick<ApiKeyStore, "find" | "noteUse">;
  readonly portalLinks: Pick<PortalLinkStore, "find">;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly telemetry: Telemetry;
}

export type AuthorizerEvent = APIGatewayTokenAuthorizerEvent | APIGatewayRequestAuthorizerEvent;

/**
 * Lets known API keys into the whole API and passes on whose they are and what they may do; each route then asks for its
 * grant. The policy covers every path, because API Gateway caches it per key and not per path. Portal sessions get no further
 * than the portal's paths.
 */
export const createHandler = ({ apiKeys, portalLinks, now, telemetry }: AuthorizeDeps) =>
  middy<AuthorizerEvent, APIGatewayAuthorizerResult>()
    .use(injectLambdaContext(telemetry.logger, { resetKeys: true }))
    .handler(async (event) => {
      if (isForPortal(event)) return await authorizeSession(portalLinks, event, now());
      const key = presentedKey(event);
      const found = key === undefined ? undefined : await apiKeys.find(hashApiKey(key));
      // API Gateway answers 401 for exactly this error message.
      if (found === undefined) throw new Error("Unauthorized");
      await noteUse({ apiKeys, telemetry }, found, now());
      return allow(event.methodArn, found);
    });

/** A use is noted at most once in this time. */
const notedEveryMs = 5 * 60_000;

/** Never a reason to refuse a key. */
const noteUse = async (
  { apiKeys, telemetry }: Pick<AuthorizeDeps, "apiKeys" | "telemetry">,
  { keyHash, lastUsedAt = "" }: ApiKey,
  now: number,
): Promise<void> => {
  const unlessSince = new Date(now - notedEveryMs).toISOString();
  if (lastUsedAt >= unlessSince) return;
  try {
    await apiKeys.noteUse(keyHash, { at: new Date(now).toISOString(), unlessSince });
  } catch (error) {
    telemetry.keyUseNotNoted({ error });
  }
};

/**
 * Ingest routes also take the key from the header that carries a webhook's token, so that they can be a target, and from that
 * of Firehose.
 */
const presentedKey = (event: AuthorizerEvent): string | undefined => {
  if (event.type === "TOKEN") return keyFromAuthorization(event.authorizationToken);
  const headers = ["authorization", "x-messagesystems-webhook-token", "x-amz-firehose-access-key"];
  const keys = headers.map((name) => keyFromAuthorization(requestHeader({ headers: event.headers ?? {} }, name)));
  return keys.find((key) => key !== undefined);
};

/** @param methodArn `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>` */
const allow = (methodArn: string, key: ApiKey): APIGatewayAuthorizerResult => {
  const [api, stage] = methodArn.split("/", 2);
  return {
    principalId: key.id,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: `${api}/${stage}/*` }],
    },
    context: { customerId: key.customerId, grants: key.grants.join(","), keyId: key.id },
  };
};
