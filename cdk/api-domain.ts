import {
  type RestApi as ApiGatewayRestApi,
  DomainName,
  EndpointType,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigateway";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { ARecord, PublicHostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { ApiGatewayDomain } from "aws-cdk-lib/aws-route53-targets";
import { Construct } from "constructs";
import { apiStage } from "#shared/contract/api-paths.ts";

export interface ApiDomainProps {
  readonly api: ApiGatewayRestApi;
  /** ARN of the domain's certificate, which is in the stack's region. */
  readonly certificateArn: string;
  /** Name that the API answers under. */
  readonly domainName: string;
  /**
   * Zone of Route 53 that gets the domain's record.
   * @default none: an operator points the name at the domain's target
   */
  readonly hostedZoneId?: string | undefined;
}

/** A domain of the API's own, with the stage's name as its base path, so that URLs differ in their host only. */
export class ApiDomain extends Construct {
  /** Name that a CNAME or alias record of the domain must point at. */
  readonly target: string;

  constructor(scope: Construct, id: string, { api, certificateArn, domainName, hostedZoneId }: ApiDomainProps) {
    super(scope, id);
    const domain = new DomainName(this, "Domain", {
      certificate: Certificate.fromCertificateArn(this, "Certificate", certificateArn),
      domainName,
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    domain.addBasePathMapping(api, { basePath: apiStage, stage: api.deploymentStage });
    this.target = domain.domainNameAliasDomainName;
    if (hostedZoneId === undefined) return;

    const zone = PublicHostedZone.fromHostedZoneAttributes(this, "Zone", { hostedZoneId, zoneName: domainName });
    new ARecord(this, "Record", {
      // The zone's own name is not asked for, so that the record's is given in full.
      recordName: `${domainName}.`,
      target: RecordTarget.fromAlias(new ApiGatewayDomain(domain)),
      zone,
    });
  }
}
