import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Tabs from "@cloudscape-design/components/tabs";
import { useParams } from "wouter";
import { languagesFor, renderReceiver } from "../../receiver-code/render-receiver.ts";
import { useWebhook } from "../../api/queries.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { ErrorView } from "../../components/error-view.tsx";
import { WebhookFrame } from "./webhook-frame.tsx";

/** A program in several languages that takes this webhook's batches. */
export const CodePage = () => {
  const { id = "" } = useParams();
  const { data: settings, error, refetch } = useWebhook(id);
  return (
    <WebhookFrame tab="code" ready={settings !== undefined || error !== null}>
      {() => (
        <Container
          header={
            <Header
              variant="h2"
              description="A receiver for this webhook as it is set now: it checks the token, answers the test POST, stores each batch once, answers, works on it, and tries again what failed."
            >
              Receiver code
            </Header>
          }
        >
          {settings !== undefined && <Languages webhook={settings} />}
          {settings === undefined &&
            (error === null ? (
              <Box textAlign="center">
                <Spinner /> Loading the settings
              </Box>
            ) : (
              <ErrorView what="The settings could not be loaded" error={error} onRetry={() => void refetch()} />
            ))}
        </Container>
      )}
    </WebhookFrame>
  );
};

interface LanguagesProps {
  readonly webhook: Webhook;
}

const Languages = ({ webhook }: LanguagesProps) => {
  const { target, auth_token: token, signing: isSigned, compression } = webhook;
  const settings = { target, hasToken: token !== "", isSigned, compression };
  return (
    <SpaceBetween size="m">
      <Tabs
        ariaLabel="Languages"
        tabs={languagesFor(compression).map((language) => {
          const { displayName, fileName, code } = renderReceiver(language, settings);
          return {
            id: language,
            label: displayName,
            content: (
              <SpaceBetween size="xs">
                <Box variant="code">{fileName}</Box>
                <CodeBlock label={fileName} text={code} />
              </SpaceBetween>
            ),
          };
        })}
      />
      <Box fontSize="body-s" color="text-body-secondary">
        No secret is in the code: the program reads its token and its signing secret from the environment.
        {compression === "zstd" &&
          " Programs in other languages take gzip: what Python, Go, Java, PHP and Ruby come with cannot decompress zstd."}
      </Box>
    </SpaceBetween>
  );
};
