import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Credentials } from "../services/service.ts";
import type { Asked } from "./asked.ts";
import type { Permissions } from "./permissions.ts";

/** Somebody whose requests the services carry out. */
export interface Caller {
  /** As messages name it: an ARN. */
  readonly name: string;
  /** Absent: all is allowed. */
  readonly permissions?: Permissions;
}

/** Who may call the services of a run, and what for. */
export interface Access {
  /** Credentials of the run itself, which open everything. */
  readonly own: Credentials;
  /** Credentials of a function, the same ones each time. From now on they open what these permissions allow. */
  readonly grant: (functionArn: string, permissions: Permissions) => Credentials;
  /** Who has signed a request; undefined: a stranger. */
  readonly callerOf: (request: Pick<IncomingMessage, "headers">) => Caller | undefined;
}

/** Nobody can guess them, and they are others at every start: what a program has read of an earlier run opens nothing. */
const createCredentials = (): Credentials => ({
  accessKeyId: `LOCAL${randomBytes(16).toString("hex").toUpperCase()}`,
  secretAccessKey: randomBytes(20).toString("hex"),
});

const signature = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\//;

/** Creates a run's access. The id of a key is as long and as secret as a key: it alone is looked at. */
export const createAccess = (): Access => {
  const own = createCredentials();
  const callers = new Map<string, Caller>([[own.accessKeyId, { name: "The run itself" }]]);
  const granted = new Map<string, Credentials>();
  return {
    own,
    grant: (functionArn, permissions) => {
      const credentials = granted.get(functionArn) ?? createCredentials();
      granted.set(functionArn, credentials);
      callers.set(credentials.accessKeyId, { name: functionArn, permissions });
      return credentials;
    },
    callerOf: ({ headers }) => callers.get(signature.exec(headers.authorization ?? "")?.[1] ?? ""),
  };
};

/** Why a caller may not do what it asks for, in AWS's words; undefined when it may do all of it. */
export const refusalOf = (caller: Caller | undefined, askedFor: () => readonly Asked[]): string | undefined => {
  if (caller?.permissions === undefined) return undefined;
  const { name, permissions } = caller;
  const refused = askedFor().find(({ action, resourceArn }) => !permissions(action, resourceArn));
  if (refused === undefined) return undefined;
  const { action, resourceArn = "*" } = refused;
  return (
    `User: ${name} is not authorized to perform: ${action} on resource: ${resourceArn} because no identity-based policy ` +
    `allows the ${action} action`
  );
};
