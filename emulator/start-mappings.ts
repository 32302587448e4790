import type { CreatedResources } from "./create-resources.ts";
import type { FunctionPool } from "./functions/function-pool.ts";
import { startKinesisMapping } from "./kinesis-mapping/kinesis-mapping.ts";
import type { Mapping } from "./mapping.ts";
import { startSqsMapping } from "./sqs-mapping/sqs-mapping.ts";
import type { Services } from "./start-services.ts";
import { identifyResource } from "./template/resource-identity.ts";
import type { Resource } from "./template/template.ts";

interface StartMappingsOptions {
  readonly resources: readonly Resource[];
  readonly created: CreatedResources;
  readonly functions: readonly FunctionPool[];
  readonly services: Services;
  readonly windowSeconds: number | undefined;
  readonly logError: (message: string, error: unknown) => void;
}

/** Starts every event source mapping of the template that is turned on. */
export const startMappings = (options: StartMappingsOptions): readonly Mapping[] => {
  const { resources, created, functions, services, logError } = options;
  const { clients, endpoints, kinesis } = services;
  const declared = resources.filter(
    ({ type, properties }) => type === "AWS::Lambda::EventSourceMapping" && properties["Enabled"] !== false,
  );
  const sourceOf = (arn: unknown) =>
    resources.find((resource) => identifyResource(resource, endpoints).attributes["Arn"] === arn);

  return declared.map((resource) => {
    const source = sourceOf(resource.properties["EventSourceArn"]);
    const queueUrl = created.queueUrls[source?.logicalId ?? ""];
    if (queueUrl !== undefined) return startSqsMapping({ resource, functions, clients, queueUrl, logError });
    const stream = created.streams[source?.logicalId ?? ""];
    if (stream === undefined) throw new Error(`The source of ${resource.logicalId} is neither a queue nor a stream`);
    return startKinesisMapping({
      mappingId: identifyResource(resource, endpoints).ref,
      resource,
      functions,
      clients,
      kinesis,
      streamName: stream.name,
      shardIds: stream.shardIds,
      windowSeconds: options.windowSeconds,
      logError,
    });
  });
};
