import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { Grant } from "#shared/contract/words.ts";
import type { ApiKey, IssuedApiKey } from "#shared/contract/api/api-key.ts";
import { callApi } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { queryKeys, useWhoAmI } from "../../api/queries.ts";
import { covers, grantTexts } from "../../grants.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { flash } from "../../shell/flashes.ts";
import { DialogFooter } from "../../components/dialog-footer.tsx";

interface KeyFormDialogProps {
  /**
   * Key to edit.
   * @default a new one
   */
  readonly apiKey?: ApiKey;
  readonly onClose: () => void;
  readonly onIssued: (key: IssuedApiKey) => void;
}

const allGrants = Object.keys(grantTexts) as readonly Grant[];

/** Creates an API key, or changes one's label and grants. */
export const KeyFormDialog = ({ apiKey, onClose, onIssued }: KeyFormDialogProps) => {
  const { data: me } = useWhoAmI();
  const [label, setLabel] = useState(apiKey?.label ?? "");
  const [grants, setGrants] = useState<readonly Grant[]>(apiKey?.grants ?? []);
  const [isTried, setIsTried] = useState(false);
  const problems = {
    label: label.trim() === "" ? "Enter a label." : "",
    grants: grants.length === 0 ? "Select at least one grant." : "",
  };

  const save = useMutation({
    mutationFn: async (): Promise<IssuedApiKey | undefined> => {
      const body = { label: label.trim(), grants };
      if (apiKey === undefined) return await callApi("POST /v1/api-keys", { body });
      await callApi("PUT /v1/api-keys/{id}", { parameters: { id: apiKey.id }, body });
      return undefined;
    },
    onSuccess: async (issued) => {
      await queryClient.invalidateQueries({ queryKey: queryKeys.apiKeys });
      await queryClient.invalidateQueries({ queryKey: ["who-am-i"] });
      if (issued !== undefined) {
        onIssued(issued);
        return;
      }
      flash({
        type: "success",
        header: (
          <>
            API key <bdi>{label.trim()}</bdi> saved
          </>
        ),
        content: "It holds within a minute.",
      });
      onClose();
    },
  });
  const submit = (): void => {
    setIsTried(true);
    if (problems.label === "" && problems.grants === "") save.mutate();
  };

  return (
    <Modal
      visible
      header={apiKey === undefined ? "Create API key" : "Edit API key"}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <DialogFooter onCancel={onClose}>
          <Button variant="primary" loading={save.isPending} onClick={submit}>
            {apiKey === undefined ? "Create" : "Save"}
          </Button>
        </DialogFooter>
      }
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <SpaceBetween size="l">
          <FormField label="Label" description="Which program uses the key." errorText={isTried ? problems.label : ""}>
            <Input
              value={label}
              placeholder="Mail servers"
              autoComplete={false}
              onChange={({ detail }) => setLabel(detail.value)}
            />
          </FormField>
          <FormField label="Grants" errorText={isTried ? problems.grants : ""}>
            <SpaceBetween size="xs">
              {allGrants.map((grant) => {
                const mayGive = me === undefined || covers(me.grants, grant);
                return (
                  <Checkbox
                    key={grant}
                    checked={grants.includes(grant)}
                    disabled={!mayGive}
                    description={
                      mayGive
                        ? `${grantTexts[grant].description} (${grant})`
                        : `Your own key lacks ${grant}, so it cannot grant it.`
                    }
                    onChange={({ detail }) =>
                      setGrants(detail.checked ? [...grants, grant] : grants.filter((other) => other !== grant))
                    }
                  >
                    {grantTexts[grant].label}
                  </Checkbox>
                );
              })}
            </SpaceBetween>
          </FormField>
          {save.isError && <ErrorView what="The API key was not saved" error={save.error} />}
        </SpaceBetween>
      </form>
    </Modal>
  );
};
