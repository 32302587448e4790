import { CfnFunction, type Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";

/**
 * Lets a deployment change functions that read a format before the one that writes it. Otherwise a new writer could meet an
 * old reader, which puts aside what it does not know.
 */
export const updateAfter = (writer: LambdaFunction, readers: readonly LambdaFunction[]): void => {
  for (const reader of readers) resourceOf(writer).addResourceDependency(resourceOf(reader));
};

const resourceOf = (lambda: LambdaFunction): CfnFunction => {
  const resource = lambda.node.defaultChild;
  if (!(resource instanceof CfnFunction)) throw new Error(`${lambda.node.path} is no function`);
  return resource;
};
