import { Stack } from "aws-cdk-lib";
import { AuthorizationType } from "aws-cdk-lib/aws-apigateway";
import { Construct } from "constructs";
import { consolePaths } from "#shared/contract/api-paths.ts";
import { acknowledgePublic, integrationOf } from "./api-routes.ts";
import { nodeFunction } from "./node-function.ts";
import type { WebhookStackProps } from "./stack-props.ts";
import type { RestApi } from "./rest-api.ts";

/** How the console looks in portal sessions, and who may show it in a frame. */
type Portal = Pick<WebhookStackProps, "portalColor" | "portalFrameOrigins" | "portalLogoUrl" | "portalName">;

export interface ConsoleProps extends Portal {
  readonly restApi: RestApi;
}

/** The web console: static files, served below the API's own address, so that it needs neither CORS nor a second deployment. */
export class Console extends Construct {
  constructor(scope: Construct, id: string, { restApi, ...portal }: ConsoleProps) {
    super(scope, id);
    const serve = nodeFunction(this, "console", {
      description: "serves the web console's static files.",
      memoryMb: 256,
      timeoutSeconds: 10,
      environment: {
        PORTAL_COLOR: portal.portalColor ?? "",
        PORTAL_FRAME_ORIGINS: (portal.portalFrameOrigins ?? []).join(","),
        PORTAL_LOGO_URL: portal.portalLogoUrl ?? "",
        PORTAL_NAME: portal.portalName ?? "",
        STACK_NAME: Stack.of(this).stackName,
      },
    });
    for (const path of consolePaths) {
      const options = { authorizationType: AuthorizationType.NONE };
      const method = restApi.api.root.resourceForPath(path).addMethod("ANY", integrationOf(serve), options);
      acknowledgePublic(method, "The console's files are the same for everyone; what they call needs a key.");
    }
  }
}
