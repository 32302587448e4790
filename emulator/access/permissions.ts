import * as z from "zod";
import type { Resource, ResourceIdentity } from "../template/template.ts";

/** Whether a role may do something, such as `dynamodb:PutItem`, to a resource; undefined: to any that is not known. */
export type Permissions = (action: string, resourceArn: string | undefined) => boolean;

interface Statement {
  readonly allows: boolean;
  readonly actions: readonly RegExp[];
  readonly resources: readonly RegExp[];
}

const listed = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const left = (element: string) =>
  z.undefined({ error: `${element} is not evaluated locally: name what is allowed` }).optional();

/** The document of an identity-based policy. A condition counts as met: nothing local knows what it asks about. */
const policyDocument = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(["Allow", "Deny"]),
      Action: listed,
      NotAction: left("NotAction"),
      Resource: listed,
      NotResource: left("NotResource"),
    }),
  ),
});

/** What AWS's own policies allow of the services that have an emulator; those for logs and traces allow nothing of them. */
const managedByAws: Readonly<Record<string, readonly string[]>> = {
  "service-role/AWSLambdaBasicExecutionRole": [],
  "service-role/AWSLambdaVPCAccessExecutionRole": [],
  AWSXRayDaemonWriteAccess: [],
  CloudWatchLambdaInsightsExecutionRolePolicy: [],
  "service-role/AWSLambdaSQSQueueExecutionRole": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  "service-role/AWSLambdaKinesisExecutionRole": ["kinesis:Describe*", "kinesis:Get*", "kinesis:List*"],
};

const wildcards: Readonly<Record<string, string>> = { "*": ".*", "?": "." };

/** `*` stands for any characters and `?` for one. Upper and lower case are the same in actions alone. */
const patternOf = (text: string, flags = ""): RegExp =>
  new RegExp(`^${text.replaceAll(/[$()*+.?[\\\]^{|}]/g, (sign) => wildcards[sign] ?? `\\${sign}`)}$`, flags);

const statementsOf = (name: string, document: unknown): readonly Statement[] => {
  const result = policyDocument.safeParse(document);
  if (!result.success) throw new Error(`The local runtime cannot read ${name}:\n${z.prettifyError(result.error)}`);
  return result.data.Statement.map(({ Effect, Action, Resource }) => ({
    allows: Effect === "Allow",
    actions: Action.map((action) => patternOf(action, "i")),
    resources: Resource.map((resource) => patternOf(resource)),
  }));
};

const ofAws = (name: string, arn: string): readonly Statement[] => {
  const actions = managedByAws[arn.slice(arn.indexOf(":policy/") + ":policy/".length)];
  if (actions === undefined)
    throw new Error(`The local runtime does not know what ${arn}, a policy of ${name}, allows`);
  return [{ allows: true, actions: actions.map((action) => patternOf(action, "i")), resources: [/^/] }];
};

const matches = (patterns: readonly RegExp[], text: string): boolean => patterns.some((pattern) => pattern.test(text));

const permissionsOf =
  (statements: readonly Statement[]): Permissions =>
  (action, resourceArn) => {
    const found = statements.filter(
      ({ actions, resources }) =>
        matches(actions, action) && (resourceArn === undefined || matches(resources, resourceArn)),
    );
    return found.some(({ allows }) => allows) && found.every(({ allows }) => allows);
  };

const roleProperties = z.object({
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() })).default([]),
});
const policyProperties = z.object({ PolicyDocument: z.unknown(), Roles: z.array(z.string()).default([]) });

/**
 * Reads what the template's roles may do: their own policies, and those of the template that name them.
 *
 * @returns the permissions of the role that a function has; all of them if its role is none of the template's
 * @throws for a policy that cannot be evaluated
 */
export const readPermissions = (
  resources: readonly Resource[],
  identify: (resource: Resource) => ResourceIdentity,
): ((definition: Resource) => Permissions) => {
  const policies = resources
    .filter(({ type }) => type === "AWS::IAM::Policy" || type === "AWS::IAM::ManagedPolicy")
    .map((policy) => ({ policy, ref: identify(policy).ref, ...policyProperties.parse(policy.properties) }));
  const roles = resources
    .filter(({ type }) => type === "AWS::IAM::Role")
    .map((role) => {
      const { ref, attributes } = identify(role);
      const { ManagedPolicyArns: attached, Policies: inline } = roleProperties.parse(role.properties);
      const own = policies.filter((policy) => policy.Roles.includes(ref) || attached.includes(policy.ref));
      const ofOthers = attached.filter((arn) => !policies.some((policy) => policy.ref === arn));
      const statements = (): readonly Statement[] => [
        ...inline.flatMap((policy) => statementsOf(`${role.logicalId}/${policy.PolicyName}`, policy.PolicyDocument)),
        ...own.flatMap(({ policy, PolicyDocument }) => statementsOf(policy.logicalId, PolicyDocument)),
        ...ofOthers.flatMap((arn) => ofAws(role.logicalId, arn)),
      ];
      return { arn: attributes["Arn"], statements };
    });
  return ({ properties }) => {
    const role = roles.find(({ arn }) => arn === properties["Role"]);
    return role === undefined ? () => true : permissionsOf(role.statements());
  };
};
