import { Stack } from "aws-cdk-lib";
import { AuthorizationType } from "aws-cdk-lib/aws-apigateway";
import { Construct } from "constructs";
import { consolePaths } from "#shared/contract/api-paths.ts";
import { acknowledgePublic, integrationOf } from "./api-routes.ts";
import { nodeFunction } from "./node-function.ts";
import type { RestApi } from "./rest-api.ts";

export interface ConsoleProps {
  readonly restApi: RestApi;
}

/** The web console: static files, served below the API's own address, so that it needs neither CORS nor a second deployment. */
export class Console extends Construct {
  constructor(scope: Construct, id: string, { restApi }: ConsoleProps) {
    super(scope, id);
    const serve = nodeFunction(this, "console", {
      description: "serves the web console's static files.",
      memoryMb: 256,
      timeoutSeconds: 10,
      environment: { STACK_NAME: Stack.of(this).stackName },
    });
    for (const path of consolePaths) {
      const options = { authorizationType: AuthorizationType.NONE };
      const method = restApi.api.root.resourceForPath(path).addMethod("ANY", integrationOf(serve), options);
      acknowledgePublic(method, "The console's files are the same for everyone; what they call needs a key.");
    }
  }
}
