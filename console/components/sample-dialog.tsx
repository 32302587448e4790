import Modal from "@cloudscape-design/components/modal";
import Spinner from "@cloudscape-design/components/spinner";
import { useEventSamples } from "../api/queries.ts";
import { CodeBlock } from "./code-block.tsx";
import { ErrorView } from "./error-view.tsx";
import { sampleOf } from "./event-choices.ts";

interface SampleDialogProps {
  readonly type: string;
  readonly onClose: () => void;
}

/** One event of a type, as it is delivered. */
export const SampleDialog = ({ type, onClose }: SampleDialogProps) => {
  const { data, error, refetch } = useEventSamples();
  const sample = sampleOf(data ?? [], type);
  return (
    <Modal visible size="large" header={`Sample of ${type}`} onDismiss={onClose} closeAriaLabel="Close">
      {error !== null && (
        <ErrorView what="The samples could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {error === null && data === undefined && <Spinner />}
      {data !== undefined &&
        (sample === undefined ? (
          "There is no sample of this type."
        ) : (
          <CodeBlock label="sample" text={JSON.stringify(sample, null, 2)} />
        ))}
    </Modal>
  );
};
