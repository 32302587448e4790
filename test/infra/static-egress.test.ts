import { expect, it } from "vitest";
import { resourcesOf, synthTemplate } from "./template.ts";

const template = synthTemplate({ staticEgress: "true" });
const types = Object.values(template.Resources).map(({ Type }) => Type);

it("puts the functions that call targets, and no other, into private subnets", () => {
  const functions = resourcesOf<{
    readonly VpcConfig?: { readonly SubnetIds: readonly string[]; readonly SecurityGroupIds: readonly string[] };
  }>(template, "AWS::Lambda::Function");
  const inNetwork = [...functions].filter(([, { VpcConfig }]) => VpcConfig !== undefined);
  expect(inNetwork.map(([id]) => id).toSorted()).toEqual(["DeliveryFunction", "RoutesApiFunction"]);
  for (const [, { VpcConfig }] of inNetwork) {
    expect(VpcConfig?.SubnetIds).toHaveLength(2);
    for (const subnet of VpcConfig?.SubnetIds ?? []) expect(subnet).toContain("PrivateSubnet");
  }
});

it("lets their calls out by two fixed addresses, which it names", () => {
  const gateways = [...resourcesOf(template, "AWS::EC2::NatGateway").values()];
  const addresses = ["EgressAddress1", "EgressAddress2"];
  expect(gateways.map(({ AllocationId }) => AllocationId)).toEqual(
    addresses.map((address) => `${address}.AllocationId`),
  );
  expect(template.Outputs["EgressAddresses"]?.Value).toBe(addresses.join());
  const defaultRoutes = [...resourcesOf(template, "AWS::EC2::Route")].filter(([id]) => id.includes("Private"));
  expect(defaultRoutes.map(([, { DestinationCidrBlock }]) => DestinationCidrBlock)).toEqual(["0.0.0.0/0", "0.0.0.0/0"]);
  for (const [, route] of defaultRoutes) expect(route).toHaveProperty("NatGatewayId");
});

it("lets nothing in", () => {
  expect(types.filter((type) => type === "AWS::EC2::SecurityGroupIngress")).toEqual([]);
  for (const group of resourcesOf(template, "AWS::EC2::SecurityGroup").values()) {
    expect(group).not.toHaveProperty("SecurityGroupIngress");
  }
  for (const subnet of resourcesOf(template, "AWS::EC2::Subnet").values()) {
    expect(subnet).toMatchObject({ MapPublicIpOnLaunch: false });
  }
});

it("keeps tables and bodies off the gateways", () => {
  const endpoints = [...resourcesOf(template, "AWS::EC2::VPCEndpoint").values()];
  expect(endpoints.map(({ ServiceName }) => String(ServiceName)).toSorted()).toEqual([
    "com.amazonaws.us-east-1.dynamodb",
    "com.amazonaws.us-east-1.s3",
  ]);
  for (const endpoint of endpoints) expect(endpoint).toMatchObject({ VpcEndpointType: "Gateway" });
});

it("is an option that is off by default, and takes no custom resource", () => {
  expect(Object.values(synthTemplate().Resources).filter(({ Type }) => Type.startsWith("AWS::EC2::"))).toEqual([]);
  expect(types.filter((type) => /^(Custom|AWS::CloudFormation)::/.test(type))).toEqual([]);
});
