import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { apiAddress } from "../api/client.ts";
import { useMissingGrant } from "../grants.ts";
import { hrefOf } from "../hash-location.ts";
import { useSession } from "../session.ts";

/** What a webhook is, and the ways to the first one. */
export const NoWebhooks = () => {
  const { portal } = useSession();
  const missing = useMissingGrant("webhooks/modify");
  return (
    <Box textAlign="center" padding={{ vertical: "l" }} color="inherit">
      <SpaceBetween size="m">
        <Box variant="h3" tagOverride="h2">
          No webhooks yet
        </Box>
        <div>A webhook names a URL and the event types that are posted there, in batches.</div>
        <div className="centred">
          <Button
            variant="primary"
            href={hrefOf("/webhooks/new")}
            disabled={missing !== undefined}
            disabledReason={missing ?? ""}
          >
            Create the first webhook
          </Button>
          <Button href={hrefOf("/import")} disabled={missing !== undefined} disabledReason={missing ?? ""}>
            Import webhooks.json
          </Button>
        </div>
        {portal === undefined && (
          <div className="wrap">
            Or by the command line:{" "}
            <code>
              <span className="nowrap">npm run tidepost -- apply</span>
              {` webhooks.json --url ${apiAddress("/").replace(/\/$/, "")}`}
            </code>
          </div>
        )}
      </SpaceBetween>
    </Box>
  );
};
