/** Webhooks for the mail that an account sends through Amazon SES, in a stack of one's own. */
import { App, CfnOutput, Stack } from "aws-cdk-lib";
import { ConfigurationSet, EventDestination } from "aws-cdk-lib/aws-ses";
import { Topic } from "aws-cdk-lib/aws-sns";
import { Tidepost } from "tidepost-cdk";

const app = new App();
const stack = new Stack(app, "MailEvents");

const alarmTopic = new Topic(stack, "Alarms", { enforceSSL: true });

const tidepost = new Tidepost(stack, "Webhooks", { alarmTopic, sesEvents: true });
if (tidepost.sesTopic === undefined) throw new Error("sesEvents is off");

// Mail that names this configuration set has its events delivered.
const sent = new ConfigurationSet(stack, "Sent");
sent.addEventDestination("Webhooks", { destination: EventDestination.snsTopic(tidepost.sesTopic) });

new CfnOutput(stack, "ConfigurationSetName", { value: sent.configurationSetName });
