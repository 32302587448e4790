import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import { useEffect, useRef, useState } from "react";
import { isUuid } from "#shared/text/ids.ts";
import { navigate } from "../hash-location.ts";
import { useSearchStart } from "./use-search-start.ts";

/** Calls back when Ctrl K or Command K is pressed, wherever the focus is, unless a dialog is open. */
export const useFindKey = (onPress: () => void): void => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isFind = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key === "k";
      if (!isFind || document.querySelector("[role=dialog][aria-modal=true]") !== null) return;
      event.preventDefault();
      onPress();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [onPress]);
};

interface FindDialogProps {
  readonly onClose: () => void;
}

/** Asks for an id or a recipient: goes to the batch of that id, or to a search for the event. */
export const FindDialog = ({ onClose }: FindDialogProps) => {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const search = useSearchStart(onClose);
  const field = useRef<InputProps.Ref>(null);
  // The dialog takes the focus first.
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  const find = (): void => {
    // Enter comes again where the button is held back.
    if (search.isPending) return;
    const wanted = text.trim();
    if (wanted === "") {
      setProblem("Give an id or an address.");
      return;
    }
    if (!isUuid(wanted.toLowerCase())) {
      search.mutate(wanted);
      return;
    }
    onClose();
    navigate(`/find/${wanted.toLowerCase()}`);
  };
  return (
    <Modal
      visible
      header="Find an event or a batch"
      onDismiss={onClose}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <Button variant="primary" loading={search.isPending} onClick={find}>
            Find
          </Button>
        </Box>
      }
    >
      <FormField
        label="Id or recipient"
        description="Of a batch, as a receiver's log has it; of an event, a message or a transmission; or a recipient's address. Events of the last 24 hours."
        errorText={problem === "" ? (search.error?.message ?? "") : problem}
      >
        <Input
          value={text}
          ref={field}
          spellcheck={false}
          onChange={({ detail }) => {
            setText(detail.value);
            setProblem("");
            // What was wrong was so of another text. A search that has begun goes on.
            if (search.isError) search.reset();
          }}
          onKeyDown={({ detail }) => {
            if (detail.key === "Enter") find();
          }}
        />
      </FormField>
    </Modal>
  );
};
