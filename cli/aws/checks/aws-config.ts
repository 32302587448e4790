import type { CloudFormationClientConfig } from "@aws-sdk/client-cloudformation";

/** Where AWS is and with which credentials; what is left out comes from the environment. */
export type AwsConfig = Pick<CloudFormationClientConfig, "credentials" | "endpoint" | "region">;
