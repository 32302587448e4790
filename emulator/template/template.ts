import * as z from "zod";

const record = z.record(z.string(), z.unknown());

const templateResource = z.object({
  Type: z.string(),
  Properties: record.default({}),
  Condition: z.string().optional(),
});

/** The parts of a CloudFormation template that the runtime reads. */
export const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), record)).default({}),
  Conditions: record.default({}),
  Resources: z.record(z.string(), templateResource),
});

export type Template = z.infer<typeof templateSchema>;

/** A resource whose properties hold plain values only. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What `Ref` and `Fn::GetAtt` yield for a resource. */
export interface ResourceIdentity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}
