import { ArnFormat, Aws, CfnCondition, Fn, Stack, Validations } from "aws-cdk-lib";
import {
  Alarm,
  CfnAlarm,
  ComparisonOperator,
  type IAlarm,
  MathExpression,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { FilterPattern, type LogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { type AlarmDefinition, alarmDefinitions } from "./alarms.ts";
import { createDashboard } from "./dashboard.ts";
import { type MetricSources, ownNamespace, stackMetrics } from "./stack-metrics.ts";

export interface ObservabilityProps extends Omit<MetricSources, "authorizerFaults"> {
  /** Access logs of the API, which name the errors that API Gateway answers by itself. */
  readonly accessLogs: LogGroup;
  /** Executions that the account has in the region. */
  readonly accountConcurrency: number;
  /**
   * Address that is told of alarms, by a topic of the stack.
   * @default none
   */
  readonly alarmEmail?: string | undefined;
  /**
   * Topic that alarms are published on instead.
   * @default none: without an address, too, alarms show in CloudWatch only
   */
  readonly alarmTopic?: ITopic | undefined;
}

/** Alarms, each with its heading in `docs/runbook.md`, and the dashboard. */
export class Observability extends Construct {
  /** Topic that alarms are published on; absent when there is none. */
  readonly alarmTopicArn?: string;
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { accessLogs, accountConcurrency, alarmEmail, alarmTopic, ...sources } = props;
    // The authorizer ends in an error for every key that it refuses, so that its count of errors tells nothing.
    const authorizerFaults = new MetricFilter(this, "AuthorizerFaultsFilter", {
      logGroup: accessLogs,
      metricNamespace: ownNamespace,
      metricName: "AuthorizerFaults",
      filterPattern: FilterPattern.any(
        FilterPattern.stringValue("$.gatewayError", "=", "AUTHORIZER_FAILURE"),
        FilterPattern.stringValue("$.gatewayError", "=", "AUTHORIZER_CONFIGURATION_ERROR"),
      ),
    });
    const metrics = stackMetrics({ ...sources, authorizerFaults });
    const alarms = alarmDefinitions(metrics, { accountConcurrency }).flatMap((definition) =>
      createAlarms(this, definition),
    );
    this.dashboardName = createDashboard(this, { alarms: alarms.map(byName), metrics }).dashboardName;
    const topic = alarmTopic ?? emailTopic(this, alarmEmail);
    if (topic === undefined) return;
    this.alarmTopicArn = topic.topicArn;
    for (const alarm of alarms) {
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
  }
}

const createAlarms = (scope: Construct, definition: AlarmDefinition): readonly Alarm[] => {
  const { id, impact, periods, reason, threshold } = definition;
  const metrics = Object.entries(definition.metrics);
  return metrics.map(([name, metric]) => {
    const alarmId = metrics.length === 1 ? id : `${id}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const isExpression = metric instanceof MathExpression;
    const alarm = new Alarm(scope, alarmId, {
      // What is made in some accounts only cannot be referred to, so that the dashboard knows it by its name.
      ...(isExpression ? { alarmName: `${Aws.STACK_NAME}-${alarmId}` } : {}),
      metric,
      threshold,
      comparisonOperator: definition.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      // Most metrics count faults, and have no data while there are none.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Impact: ${impact}\nThreshold: ${reason}\nRunbook: docs/runbook.md#${anchorOf(id)}`,
    });
    if (isExpression && alarm.node.defaultChild instanceof CfnAlarm) {
      alarm.node.defaultChild.cfnOptions.condition = inRealAccount(Stack.of(scope));
    }
    return alarm;
  });
};

/**
 * Emulators refuse an alarm on an expression. They are told by the account that all of them have, and no customer of AWS; or by
 * a condition that takes the account's reference for its value, as one of them does.
 */
const inRealAccount = (stack: Stack): CfnCondition => {
  const id = "InRealAccount";
  const existing = stack.node.tryFindChild(id);
  if (existing instanceof CfnCondition) return existing;
  const emulators = ["000000000000", "AWS::AccountId"];
  Validations.of(stack).acknowledge({
    id: "CloudFormation-Validate::W1054",
    reason: "The name of the pseudo parameter is compared on purpose: an emulator has it for the value.",
  });
  const isEmulator = emulators.map((account) => Fn.conditionEquals(Aws.ACCOUNT_ID, account));
  return new CfnCondition(stack, id, { expression: Fn.conditionNot(Fn.conditionOr(...isEmulator)) });
};

/** What the dashboard shows of an alarm, also where the alarm is not made. */
const byName = (alarm: Alarm): IAlarm => {
  const { cfnOptions, alarmName } = alarm.node.defaultChild as CfnAlarm;
  if (cfnOptions.condition === undefined || alarmName === undefined) return alarm;
  const { COLON_RESOURCE_NAME: arnFormat } = ArnFormat;
  const arn = Stack.of(alarm).formatArn({
    arnFormat,
    resource: "alarm",
    resourceName: alarmName,
    service: "cloudwatch",
  });
  return Alarm.fromAlarmArn(alarm, "ByName", arn);
};

/** `StreamLag` is `stream-lag` in the runbook. */
const anchorOf = (id: string): string => id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();

const emailTopic = (scope: Construct, address: string | undefined): Topic | undefined => {
  if (address === undefined) return undefined;
  const topic = new Topic(scope, "AlarmTopic", { enforceSSL: true });
  topic.addSubscription(new EmailSubscription(address));
  // A topic with a policy of its own has lost the one that lets the account's alarms publish.
  topic.addToResourcePolicy(
    new PolicyStatement({
      actions: ["sns:Publish"],
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
    }),
  );
  Validations.of(topic).acknowledge({
    id: "Serverless-SNSRedrivePolicy",
    reason: "A lost e-mail is no lost alarm: its state stays in CloudWatch and on the dashboard.",
  });
  return topic;
};
