import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import { useEffect, useRef, useState } from "react";
import { isUuid } from "#shared/text/ids.ts";
import { navigate } from "../hash-location.ts";

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

/** Asks for the id of a batch, and goes to it. */
export const FindDialog = ({ onClose }: FindDialogProps) => {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const field = useRef<InputProps.Ref>(null);
  // The dialog takes the focus first.
  useEffect(() => {
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => cancelAnimationFrame(frame);
  }, []);
  const find = (): void => {
    const id = text.trim().toLowerCase();
    if (!isUuid(id)) {
      setProblem("Give the whole id of a batch: without its webhook a part does not find it.");
      return;
    }
    onClose();
    navigate(`/find/${id}`);
  };
  return (
    <Modal
      visible
      header="Find a batch"
      onDismiss={onClose}
      closeAriaLabel="Close"
      footer={
        <Box float="right">
          <Button variant="primary" onClick={find}>
            Find
          </Button>
        </Box>
      }
    >
      <FormField
        label="Batch id"
        description="As a receiver's log has it: header X-MessageSystems-Batch-ID."
        errorText={problem}
      >
        <Input
          value={text}
          ref={field}
          spellcheck={false}
          onChange={({ detail }) => {
            setText(detail.value);
            setProblem("");
          }}
          onKeyDown={({ detail }) => {
            if (detail.key === "Enter") find();
          }}
        />
      </FormField>
    </Modal>
  );
};
