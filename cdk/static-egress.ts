import { RemovalPolicy, Validations } from "aws-cdk-lib";
import {
  CfnEIP,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type IVpc,
  IpAddresses,
  NatProvider,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction, FunctionOptions } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/** Zones with a NAT gateway each, so that deliveries outlive the loss of one. */
const zones = 2;

const readInterfaces = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];
const changeInterfaces = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * A network from which calls to targets come from fixed addresses, for receivers that admit listed addresses only: private
 * subnets behind NAT gateways.
 */
export class StaticEgress extends Construct {
  /** The addresses that targets see. */
  readonly addresses: readonly string[];
  readonly #securityGroup: SecurityGroup;
  readonly #vpc: IVpc;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const eips = Array.from({ length: zones }, (_, index) => new CfnEIP(this, `Address${index + 1}`));
    this.addresses = eips.map(({ ref }) => ref);
    const vpc = new Vpc(this, "Vpc", {
      ipAddresses: IpAddresses.cidr("10.0.0.0/22"),
      maxAzs: zones,
      natGateways: zones,
      natGatewayProvider: NatProvider.gateway({
        eipAllocationIds: eips.map(({ attrAllocationId }) => attrAllocationId),
      }),
      subnetConfiguration: [
        { name: "Public", subnetType: SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: "Private", subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      ],
      // Emptying the default group takes a custom resource. Nothing is in the group.
      restrictDefaultSecurityGroup: false,
      // Tables and bodies go past the NAT gateways, which charge by the gigabyte.
      gatewayEndpoints: {
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
        S3: { service: GatewayVpcEndpointAwsService.S3 },
      },
    });
    const rejected = new LogGroup(this, "Rejected", { removalPolicy: RemovalPolicy.DESTROY });
    vpc.addFlowLog("FlowLog", {
      destination: FlowLogDestination.toCloudWatchLogs(rejected),
      trafficType: FlowLogTrafficType.REJECT,
    });
    // The class of the CDK does not fit its own interface under exactOptionalPropertyTypes.
    this.#vpc = vpc as IVpc;
    this.#securityGroup = new SecurityGroup(this, "Functions", {
      description: "Functions that call targets: nothing in, everything out",
      vpc: this.#vpc,
      allowAllOutbound: true,
    });
  }

  /** Puts a function's calls behind the addresses; to be used before the function is made. */
  functionOptions(): Pick<FunctionOptions, "securityGroups" | "vpc" | "vpcSubnets"> {
    return {
      securityGroups: [this.#securityGroup],
      vpc: this.#vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    };
  }
}

/** Lets Lambda, and not the function's own code, attach the function to its network. */
export const allowNetworkInterfaces = (lambda: LambdaFunction): void => {
  lambda.addToRolePolicy(new PolicyStatement({ actions: [...changeInterfaces, ...readInterfaces], resources: ["*"] }));
  lambda.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: [...changeInterfaces, ...readInterfaces],
      resources: ["*"],
      // Only calls of the function's code have it.
      conditions: { Null: { "lambda:SourceFunctionArn": "false" } },
    }),
  );
  Validations.of(lambda.node.scope ?? lambda).acknowledge({
    id: "AwsSolutions-IAM5[Resource::*]",
    reason:
      "Network interfaces do not exist before Lambda makes them; the function's own code is denied these actions.",
  });
};
