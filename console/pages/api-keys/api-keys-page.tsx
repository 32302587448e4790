import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo, useState } from "react";
import type { ApiKey, IssuedApiKey } from "#shared/contract/api/api-key.ts";
import { useApiKeys, useWhoAmI } from "../../api/queries.ts";
import { useMissingGrant } from "../../grants.ts";
import { SecretDialog } from "../../components/secret-dialog.tsx";
import { ResourceTable } from "../../components/table/resource-table.tsx";
import { Page } from "../../shell/page.tsx";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { KeyFormDialog } from "./key-form-dialog.tsx";
import { RevokeKeyDialog } from "./revoke-key-dialog.tsx";
import Badge from "@cloudscape-design/components/badge";
import type { Column } from "../../components/table/table-settings.tsx";
import { Time } from "../../components/time.tsx";

const title = "API keys";

type Open =
  | { readonly kind: "create" }
  | { readonly kind: "edit" | "revoke"; readonly key: ApiKey }
  | { readonly kind: "issued"; readonly key: IssuedApiKey };

/** Who may call the API, and what for. A key itself is shown once. */
export const ApiKeysPage = () => {
  const query = useApiKeys();
  const { data: me } = useWhoAmI();
  const missing = useMissingGrant("api_keys/manage");
  const [open, setOpen] = useState<Open>();
  const close = (): void => setOpen(undefined);
  const create = (): void => setOpen({ kind: "create" });
  useShortcut(missing === undefined ? { keys: "c", label: "Create an API key", run: create } : undefined);

  const ownId = me?.key?.id;
  const columns = useMemo(
    () => [
      ...apiKeyColumns(ownId),
      {
        id: "actions",
        header: "Actions",
        minWidth: 120,
        cell: (key: ApiKey) => (
          <ButtonDropdown
            variant="inline-icon"
            ariaLabel={`Actions of ${key.label}`}
            expandToViewport
            items={[
              { id: "edit", text: "Edit" },
              { id: "revoke", text: "Revoke" },
            ]}
            onItemClick={({ detail }) => setOpen({ kind: detail.id === "edit" ? "edit" : "revoke", key })}
          />
        ),
      },
    ],
    [ownId],
  );

  return (
    <Page title={title} heading={false} contentType="table" ready={!query.isPending}>
      <ResourceTable<ApiKey>
        id="api-keys"
        title={title}
        description="A key is valid until it is revoked, and for up to a minute after that."
        noun={["API key", "API keys"]}
        query={query}
        columns={columns}
        filters={apiKeyFilters}
        rowId={({ id }) => id}
        sortBy="label"
        actions={
          <Button variant="primary" disabled={missing !== undefined} disabledReason={missing ?? ""} onClick={create}>
            Create API key
          </Button>
        }
        empty={
          <Box textAlign="center" color="inherit">
            <SpaceBetween size="m">
              <Box variant="h3" tagOverride="h2">
                No API keys
              </Box>
              <div>Programs call the REST API with a key. Give each its own, with only the grants it needs.</div>
            </SpaceBetween>
          </Box>
        }
      />
      {open?.kind === "create" && (
        <KeyFormDialog onClose={close} onIssued={(key) => setOpen({ kind: "issued", key })} />
      )}
      {open?.kind === "edit" && <KeyFormDialog apiKey={open.key} onClose={close} onIssued={close} />}
      {open?.kind === "revoke" && <RevokeKeyDialog apiKey={open.key} isOwn={open.key.id === ownId} onClose={close} />}
      {open?.kind === "issued" && (
        <SecretDialog
          header={
            <span className="wrap">
              API key <bdi>{open.key.label}</bdi>
            </span>
          }
          what="API key"
          secret={open.key.key}
          hint="Programs send it as the value of the Authorization header."
          onDone={close}
        />
      )}
    </Page>
  );
};

/** Columns of the list of API keys; the key in use is marked. */
const apiKeyColumns = (ownId: string | undefined): readonly Column<ApiKey>[] => [
  {
    id: "label",
    header: "Label",
    isRowHeader: true,
    minWidth: 200,
    sortingComparator: (a, b) => a.label.localeCompare(b.label),
    cell: ({ id, label }) => (
      <span className="wrap">
        <bdi>{label}</bdi> {id === ownId && <Badge color="blue">in use here</Badge>}
      </span>
    ),
  },
  { id: "short_key", header: "Begins with", minWidth: 110, cell: ({ short_key: short }) => <code>{short}…</code> },
  {
    id: "grants",
    header: "Grants",
    minWidth: 240,
    cell: ({ grants }) => (grants.length === 0 ? "none" : grants.map((grant) => <div key={grant}>{grant}</div>)),
  },
  {
    id: "created_at",
    header: "Created",
    minWidth: 120,
    sortingComparator: (a, b) => a.created_at.localeCompare(b.created_at),
    cell: ({ created_at: at }) => <Time at={at} />,
  },
  {
    id: "last_used_at",
    header: "Last used",
    minWidth: 120,
    sortingComparator: (a, b) => (a.last_used_at ?? "").localeCompare(b.last_used_at ?? ""),
    cell: ({ last_used_at: at }) => (at === undefined ? "never" : <Time at={at} />),
  },
];

/** What the list can be filtered by. */
const apiKeyFilters = [
  { key: "label", propertyLabel: "Label", groupValuesLabel: "Labels", operators: [":", "!:", "=", "!="] },
  { key: "short_key", propertyLabel: "Begins with", groupValuesLabel: "Beginnings", operators: ["=", "!="] },
] as const;
