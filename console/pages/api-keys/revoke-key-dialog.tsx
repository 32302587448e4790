import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import type { ApiKey } from "#shared/contract/api/api-key.ts";
import { callApi } from "../../api/client.ts";
import { queryClient } from "../../api/query-client.ts";
import { queryKeys } from "../../api/queries.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { flash } from "../../shell/flashes.ts";
import { DialogFooter } from "../../components/dialog-footer.tsx";

interface RevokeKeyDialogProps {
  readonly apiKey: ApiKey;
  /** Whether it is the key that is signed in. */
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

/** Asks before a key is revoked. */
export const RevokeKeyDialog = ({ apiKey, isOwn, onClose }: RevokeKeyDialogProps) => {
  const revoke = useMutation({
    mutationFn: () => callApi("DELETE /v1/api-keys/{id}", { parameters: { id: apiKey.id } }),
    onSuccess: async () => {
      flash({
        type: "success",
        header: (
          <>
            API key <bdi>{apiKey.label}</bdi> revoked
          </>
        ),
      });
      onClose();
      await queryClient.invalidateQueries({ queryKey: queryKeys.apiKeys });
    },
  });
  return (
    <Modal
      visible
      header={
        <span className="wrap">
          Revoke <bdi>{apiKey.label}</bdi>?
        </span>
      }
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <DialogFooter onCancel={onClose}>
          <Button variant="primary" loading={revoke.isPending} onClick={() => revoke.mutate()}>
            Revoke
          </Button>
        </DialogFooter>
      }
    >
      <SpaceBetween size="m">
        {isOwn && (
          <Alert type="warning" header="This is the key that you are signed in with">
            The console asks for another one within a minute.
          </Alert>
        )}
        <p>
          Programs that use the key <code>{apiKey.short_key}…</code> are refused within a minute. This cannot be undone.
        </p>
        {revoke.isError && <ErrorView what="The API key was not revoked" error={revoke.error} />}
      </SpaceBetween>
    </Modal>
  );
};
