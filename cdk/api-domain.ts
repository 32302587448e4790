import {
  type RestApi as ApiGatewayRestApi,
  DomainName,
  EndpointType,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigateway";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import { ARecord, type IHostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayDomain } from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";
import { apiStage } from "#shared/contract/api-paths.ts";

/** A domain of the API's own. */
export interface TidepostDomain {
  /** The domain's certificate, which is in the stack's region. */
  readonly certificate: ICertificate;
  /** Name that the API answers under. */
  readonly domainName: string;
  /**
   * Zone of Route 53 that gets the domain's record.
   * @default none: an operator points the name at the domain's target
   */
  readonly hostedZone?: IHostedZone | undefined;
}

export interface ApiDomainProps extends TidepostDomain {
  readonly api: ApiGatewayRestApi;
}

/** A domain of the API's own, with the stage's name as its base path, so that URLs differ in their host only. */
export class ApiDomain extends Construct {
  /** Name that a CNAME or alias record of the domain must point at. */
  readonly target: string;

  constructor(scope: Construct, id: string, { api, certificate, domainName, hostedZone }: ApiDomainProps) {
    super(scope, id);
    const domain = new DomainName(this, "Domain", {
      certificate,
      domainName,
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    domain.addBasePathMapping(api, { basePath: apiStage, stage: api.deploymentStage });
    this.target = domain.domainNameAliasDomainName;
    if (hostedZone === undefined) return;
    new ARecord(this, "Record", {
      // In full: the setting hostedZoneId does not say what the zone's own name is.
      recordName: `${domainName}.`,
      target: RecordTarget.fromAlias(new ApiGatewayDomain(domain)),
      zone: hostedZone,
    });
  }
}
