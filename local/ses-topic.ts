import { SNSClient } from "@aws-sdk/client-sns";
import type { Runtime } from "../emulator/start-runtime.ts";
import { region } from "../emulator/template/resource-identity.ts";

/** The topic for documents of Amazon SES. */
export interface SesTopic {
  readonly arn: string;
  /** Where the topic's service is. */
  readonly endpoint: string;
  /** What opens that service, at this start. */
  readonly credentials: Runtime["endpoints"]["credentials"];
  readonly client: SNSClient;
}

/** The topic of a stack that takes documents of Amazon SES; undefined for another. */
export const sesTopicOf = ({ created, endpoints }: Pick<Runtime, "created" | "endpoints">): SesTopic | undefined => {
  const arn = Object.entries(created.topics).find(([id]) => id.startsWith("SesTopic"))?.[1];
  if (arn === undefined) return undefined;
  const { credentials, sns: endpoint } = endpoints;
  return { arn, endpoint, credentials, client: new SNSClient({ region, credentials, endpoint }) };
};
