import { Validations } from "aws-cdk-lib";
import { CfnStage } from "aws-cdk-lib/aws-apigateway";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

/**
 * Turns X-Ray on for every function and API stage below a construct. X-Ray's traces end at the stream and at the queues, which
 * carry the events of many requests together. What follows a batch from there on is the trace that its POSTs and the log name.
 */
export const enableTracing = (scope: Construct): void => {
  for (const construct of scope.node.findAll()) {
    if (construct instanceof CfnStage) construct.tracingEnabled = true;
    if (construct instanceof CfnFunction) construct.tracingConfig = { mode: "Active" };
    if (construct instanceof LambdaFunction) allowTraces(construct);
  }
};

const allowTraces = (lambda: LambdaFunction): void => {
  lambda.addToRolePolicy(
    new PolicyStatement({ actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] }),
  );
  Validations.of(lambda.node.scope ?? lambda).acknowledge({
    id: "AwsSolutions-IAM5[Resource::*]",
    reason: "X-Ray has no resources that a policy could name for these actions.",
  });
};

/** Says why stages and functions below a construct have no tracing, to the rules that ask for it. */
export const acknowledgeNoTracing = (scope: Construct): void => {
  const reason = "X-Ray costs money for each trace and is a setting. Log lines and POSTs name the trace of each batch.";
  for (const construct of scope.node.findAll()) {
    const { scope: owner } = construct.node;
    if (owner === undefined) continue;
    if (construct instanceof CfnStage) Validations.of(owner).acknowledge({ id: "Serverless-APIGWXrayEnabled", reason });
    if (construct instanceof CfnFunction) Validations.of(owner).acknowledge({ id: "Serverless-LambdaTracing", reason });
  }
};
