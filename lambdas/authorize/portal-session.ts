import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from "aws-lambda";
import { portalPath, portalSessionPath } from "#shared/contract/api-paths.ts";
import { type PortalLink, type PortalLinkStore, portalLinkState } from "#shared/portal/portal-link.ts";
import { portalTokensOf } from "#shared/portal/portal-token.ts";
import { requestHeader } from "#shared/runtime/http.ts";

/** Whether a request is for the portal's resources, where an API key is worth nothing. */
export const isForPortal = (
  event: APIGatewayTokenAuthorizerEvent | APIGatewayRequestAuthorizerEvent,
): event is APIGatewayRequestAuthorizerEvent =>
  event.type === "REQUEST" && [portalPath, portalSessionPath].includes(event.resource);

/** Lets a session that has not ended into the portal's paths. API Gateway keeps no answer, so that revoking ends it at once. */
export const authorizeSession = async (
  portalLinks: Pick<PortalLinkStore, "find">,
  event: APIGatewayRequestAuthorizerEvent,
  now: number,
): Promise<APIGatewayAuthorizerResult> => {
  const tokens = portalTokensOf((name) => wholeHeader(event, name));
  const [token] = tokens;
  const link = token && (await portalLinks.find(token.linkId));
  const isOpen = link !== undefined && portalLinkState(link, now) === "open";
  return isOpen && tokens.some(({ hash }) => hash === link.session?.hash)
    ? allow(event.methodArn, link)
    : deny(event.methodArn);
};

/** A header's value; one that came in several parts, as HTTP/2 may send cookies, is put together. */
const wholeHeader = (event: APIGatewayRequestAuthorizerEvent, name: string): string | undefined => {
  const parts = Object.entries(event.multiValueHeaders ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return parts?.[1]?.join("; ") ?? requestHeader({ headers: event.headers ?? {} }, name);
};

const policyOf = (Effect: "Allow" | "Deny", Resource: string) => ({
  Version: "2012-10-17",
  Statement: [{ Action: "execute-api:Invoke", Effect, Resource }],
});

/** @param methodArn `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>` */
const allow = (methodArn: string, link: PortalLink): APIGatewayAuthorizerResult => {
  const [api, stage] = methodArn.split("/", 2);
  const { linkId, customerId, grants, subaccount } = link;
  return {
    principalId: linkId,
    policyDocument: policyOf("Allow", `${api}/${stage}/*/v1/portal/*`),
    context: {
      customerId,
      grants: grants.join(","),
      portalLinkId: linkId,
      ...(subaccount === "all" ? {} : { subaccountId: subaccount }),
    },
  };
};

/** Not an error "Unauthorized", for which API Gateway may answer with a challenge. */
const deny = (methodArn: string): APIGatewayAuthorizerResult => ({
  principalId: "nobody",
  policyDocument: policyOf("Deny", methodArn),
});
