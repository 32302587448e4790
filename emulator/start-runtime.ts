import { readPermissions } from "./access/permissions.ts";
import type { Assembly } from "./assembly.ts";
import { type CreatedResources, createResources } from "./create-resources.ts";
import type { FunctionDefinition, FunctionLogLine, InvocationResult } from "./functions/environment.ts";
import { createFunctionPool, type FunctionPool } from "./functions/function-pool.ts";
import { startGatewayServer } from "./gateway/gateway-server.ts";
import { readRestApi } from "./gateway/rest-api.ts";
import { type Reloaded, reloadFunctions } from "./reload-functions.ts";
import { functionDefinition, type FunctionDefinitionOptions } from "./resources/functions.ts";
import type { Endpoints } from "./services/service.ts";
import { startMappings } from "./start-mappings.ts";
import { startServices } from "./start-services.ts";
import { evaluateTemplate } from "./template/evaluate.ts";
import { identifyResource } from "./template/resource-identity.ts";
import type { Resource } from "./template/template.ts";

export interface RuntimeOptions {
  /** Yields the synthesised stack; runs while the emulators start. */
  readonly assembly: () => Promise<Assembly>;
  /**
   * Port of the REST API; 0 takes a free one.
   * @default 0
   */
  readonly port?: number;
  /**
   * Directory that keeps all data between runs.
   * @default data lives in memory
   */
  readonly dataDir?: string | undefined;
  /**
   * Batching window of stream mappings in seconds.
   * @default the template's
   */
  readonly windowSeconds?: number | undefined;
  /**
   * Variables that win over the template's in every function.
   * @default none
   */
  readonly functionEnvironment?: (apiUrl: string) => Readonly<Record<string, string>>;
  /**
   * Changes how a function is started, before anything calls it: a place for faults, and to look at invocations.
   * @default functions start as the template declares them
   */
  readonly adaptFunction?: (definition: FunctionDefinition, endpoints: Endpoints) => FunctionDefinition;
  /**
   * Stands between a function and all that invoke it: a place for faults, and to look at invocations.
   * @default functions are invoked directly
   */
  readonly wrapFunction?: (pool: FunctionPool) => FunctionPool;
  /**
   * Functions whose code is loaded at the start; that of the others is when they are first invoked.
   * @default all
   */
  readonly warmsUp?: (definition: FunctionDefinition) => boolean;
  /**
   * Called for each line that a function writes.
   * @default lines are dropped
   */
  readonly onFunctionLog?: (line: FunctionLogLine) => void;
  /**
   * Called for faults of the runtime's own parts.
   * @default faults are dropped; the parts go on
   */
  readonly onError?: (message: string, error: unknown) => void;
  /**
   * Called as each step of the start is done.
   * @default steps are not told
   */
  readonly onStep?: (step: string) => void;
}

/** A running stack. */
export interface Runtime {
  /** URL of the API's stage: `http://127.0.0.1:4010/api`. */
  readonly apiUrl: string;
  readonly endpoints: Endpoints;
  readonly created: CreatedResources;
  readonly functions: readonly FunctionDefinition[];
  /** Paths of the REST API below its stage, as in the template: `/v1/{proxy+}`. */
  readonly paths: readonly string[];
  /** Runs the code and settings that functions have in another synthesis; everything else stays as it is. */
  readonly reload: (assembly: Assembly) => Reloaded;
  /** Invokes a function by its logical id with an event in JSON. */
  readonly invoke: (logicalId: string, event: string) => Promise<InvocationResult>;
  /** Lets invocations under way finish, then ends functions and emulators. */
  readonly stop: () => Promise<void>;
}

/** Longest wait for invocations under way at a stop. */
const stopTimeoutMs = 10_000;

const atMost = async (ms: number, work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
};

/** Runs a synthesised stack on embedded services: everything that the template declares, driven as AWS drives it. */
export const startRuntime = async (options: RuntimeOptions): Promise<Runtime> => {
  const { onStep = () => undefined, onError: logError = () => undefined } = options;
  const gateway = await startGatewayServer(options.port ?? 0);
  const cleanUps: (() => Promise<unknown>)[] = [gateway.stop];
  const stop = async (): Promise<void> => {
    for (let cleanUp = cleanUps.pop(); cleanUp !== undefined; cleanUp = cleanUps.pop()) await cleanUp();
  };

  try {
    const startingServices = startServices(options.dataDir).then((services) => {
      cleanUps.push(services.stop);
      onStep("Local services started");
      return services;
    });
    const synthesising = options.assembly().then((assembly) => {
      onStep("Stack synthesised");
      return assembly;
    });
    const settled = await Promise.allSettled([startingServices, synthesising]);
    for (const result of settled) if (result.status === "rejected") throw result.reason;
    const [services, assembly] = await Promise.all([startingServices, synthesising]);

    const { endpoints } = services;
    const { template, assetDirectory } = assembly;
    const identify = (resource: Parameters<typeof identifyResource>[0]) => identifyResource(resource, endpoints);
    const resources = evaluateTemplate({ template, identify });
    const stage = resources.find(({ type }) => type === "AWS::ApiGateway::Stage")?.properties["StageName"];
    const apiUrl = `http://127.0.0.1:${gateway.port}/${String(stage)}`;
    const permissionsOf = readPermissions(resources, identify);
    const credentialsOf: FunctionDefinitionOptions["credentialsOf"] = (resource, functionArn) =>
      services.access.grant(functionArn, permissionsOf(resource));
    const overrides = options.functionEnvironment?.(apiUrl) ?? {};
    const functions = resources
      .filter(({ type }) => type === "AWS::Lambda::Function")
      .map((resource) => {
        const declared = functionDefinition(resource, { endpoints, overrides, credentialsOf, assetDirectory });
        const definition = options.adaptFunction?.(declared, endpoints) ?? declared;
        const pool = createFunctionPool({ definition, log: options.onFunctionLog ?? (() => undefined) });
        return options.wrapFunction?.(pool) ?? pool;
      });
    const warmingUp = new AbortController();
    cleanUps.push(() => {
      warmingUp.abort();
      return Promise.all(functions.map((pool) => pool.stop()));
    });
    const { warmsUp = () => true } = options;
    const warmed = functions.filter(({ definition }) => warmsUp(definition));
    void warmUp({ resources, functions: warmed, signal: warmingUp.signal });

    const created = await createResources(resources, services);
    onStep("Tables, stream, queues and bucket created");

    const restApi = stage === undefined ? undefined : readRestApi({ resources, functions });
    if (restApi !== undefined) gateway.serve(restApi);
    const { windowSeconds } = options;
    const mappings = startMappings({ resources, created, functions, services, windowSeconds, logError });
    cleanUps.push(() => atMost(stopTimeoutMs, Promise.all(mappings.map((mapping) => mapping.stop()))));

    return {
      apiUrl,
      endpoints,
      created,
      functions: functions.map(({ definition }) => definition),
      paths: restApi?.routes.map(({ resource }) => resource) ?? [],
      reload: (changed) =>
        reloadFunctions({
          running: assembly,
          changed,
          functions,
          definitionOptions: { endpoints, overrides, credentialsOf },
        }),
      invoke: (logicalId, event) => {
        const pool = functions.find(({ definition }) => definition.logicalId === logicalId);
        if (pool === undefined) throw new Error(`The template has no function ${logicalId}`);
        return pool.invoke(event);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

interface WarmUpOptions {
  readonly resources: readonly Resource[];
  readonly functions: readonly FunctionPool[];
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Loads the code of functions in threads of their own: first of those that answer requests, which may come at once, then
 * of those that mappings call, which gather events first.
 */
const warmUp = async ({ resources, functions, signal }: WarmUpOptions): Promise<void> => {
  const mapped = new Set(
    resources
      .filter(({ type }) => type === "AWS::Lambda::EventSourceMapping")
      .map(({ properties }) => String(properties["FunctionName"])),
  );
  const isMapped = ({ definition }: FunctionPool): boolean => mapped.has(definition.name) || mapped.has(definition.arn);
  await Promise.all(functions.filter((pool) => !isMapped(pool)).map((pool) => pool.warmUp()));
  if (!signal.aborted) await Promise.all(functions.filter(isMapped).map((pool) => pool.warmUp()));
};
