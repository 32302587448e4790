import * as z from "zod";
import { unsupported } from "../resources/read-properties.ts";

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

/** An authorizer's answer, as API Gateway takes it. */
export const authorizerAnswer = z.object({
  principalId: z.string(),
  policyDocument: z.object({
    Statement: z.array(
      z.object({
        Effect: z.enum(["Allow", "Deny"]),
        Action: oneOrMany,
        Resource: oneOrMany,
        // A condition cannot be judged here: refusing it is safer than ignoring it.
        Condition: unsupported("conditions of policies are"),
      }),
    ),
  }),
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
});

export type AuthorizerAnswer = z.output<typeof authorizerAnswer>;

/** Whether text matches an IAM pattern, in which `*` stands for any characters and `?` for one. */
export const matchesPattern = (pattern: string, text: string): boolean => {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const expression = escaped.replaceAll("*", "[^]*").replaceAll("?", "[^]");
  return new RegExp(`^${expression}$`).test(text);
};

/** Whether a policy lets a method be invoked: some statement allows it and none denies it. */
export const allowsMethod = (policy: AuthorizerAnswer["policyDocument"], methodArn: string): boolean => {
  const applying = policy.Statement.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matchesPattern(pattern.toLowerCase(), "execute-api:invoke")) &&
      Resource.some((pattern) => matchesPattern(pattern, methodArn)),
  );
  return applying.length > 0 && applying.every(({ Effect }) => Effect === "Allow");
};
