import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { apiAddress } from "../../api/client.ts";
import { useEventSamples } from "../../api/queries.ts";
import { useSession } from "../../session.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { asCommand, asCurl, asImportFile, missingInCommand, missingInImportFile } from "./as-code.ts";
import { fieldsOf, type FormValues } from "./form-values.ts";
import { sentRequestText } from "./sent-request.ts";

interface SidePanelProps {
  readonly values: FormValues;
}

/** The webhook in the form as the receiver will see it, and as code. */
export const SidePanel = ({ values }: SidePanelProps) => {
  const { data: samples = [] } = useEventSamples();
  const { portal } = useSession();
  return (
    <Tabs
      variant="container"
      ariaLabel="The webhook as sent and as code"
      tabs={[
        {
          id: "sent",
          label: "What we will send",
          content: <CodeBlock label="request that will be sent" text={sentRequestText(values, samples)} />,
        },
        // Who has no API key cannot use them.
        ...(portal !== undefined
          ? []
          : [
              {
                id: "code",
                label: "As code",
                content: (
                  <SpaceBetween size="m">
                    {isMasked(values) && (
                      <Box fontSize="body-s" color="text-body-secondary">
                        What begins with **** is the mask of a secret: put the secret in its place.
                      </Box>
                    )}
                    <div>
                      <Box variant="h4">REST API</Box>
                      <CodeBlock label="curl command" text={asCurl(values, apiAddress("/webhooks"))} />
                    </div>
                    <div>
                      <Box variant="h4">Command line</Box>
                      <CodeBlock
                        label="tidepost command"
                        text={asCommand(values, apiAddress("/").replace(/\/$/, ""))}
                      />
                      <Missing subject="The command" what={missingInCommand(values)} />
                    </div>
                    <div>
                      <Box variant="h4">webhooks.json</Box>
                      <CodeBlock label="webhooks.json" text={asImportFile(values)} />
                      <Missing subject="The file" what={missingInImportFile(values)} />
                    </div>
                  </SpaceBetween>
                ),
              },
            ]),
      ]}
    />
  );
};

const isMasked = (values: FormValues): boolean => JSON.stringify(fieldsOf(values)).includes('"****');

interface MissingProps {
  readonly subject: string;
  readonly what: readonly string[];
}

const Missing = ({ subject, what }: MissingProps) =>
  what.length > 0 && (
    <Box fontSize="body-s" color="text-body-secondary">
      {`${subject} cannot say: ${what.join(", ")}.`}
    </Box>
  );
