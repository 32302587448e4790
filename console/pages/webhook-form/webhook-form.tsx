import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { asApiError } from "../../api/api-error.ts";
import { callApi } from "../../api/client.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { ErrorView } from "../../components/error-view.tsx";
import { responseText, TestOutcome } from "../../components/test-outcome/test-outcome.tsx";
import { useMissingGrant } from "../../grants.ts";
import type { Webhook } from "#shared/contract/api/webhook.ts";
import { ContentFields } from "./content/content-fields.tsx";
import { discardDraft, draftOf, keepDraft } from "./drafts.ts";
import { EventFields } from "./event-fields.tsx";
import {
  controlId,
  type FormField,
  formFields,
  type FormProblems,
  problemsOf,
  problemsOfAnswer,
} from "./form-problems.ts";
import { fieldsOf, type FormValues } from "./form-values.ts";
import { SendingFields } from "./sending-fields.tsx";
import { SidePanel } from "./side-panel.tsx";
import { WhereFields } from "./where-fields.tsx";

interface WebhookFormProps {
  readonly before: FormValues;
  /** The webhook that is changed, whose masked secrets stand in the form. */
  readonly webhook?: Webhook;
  readonly submitText: string;
  /** Rejects with what the API says; the form then shows it and keeps its input. */
  readonly onSubmit: (values: FormValues) => Promise<void>;
  readonly onCancel: () => void;
  readonly signingSecret?: ReactNode;
  /** Above the buttons: what saving will do. */
  readonly notice?: (values: FormValues) => ReactNode;
}

/** Settings of a webhook that has to pass a test POST to be of use; it can be sent before saving. */
export const WebhookForm = (props: WebhookFormProps) => {
  const { before, webhook, submitText, onSubmit, onCancel, notice, signingSecret } = props;
  const webhookId = webhook?.id;
  const draftId = webhookId ?? "";
  const [draft] = useState(() => draftOf(draftId));
  const [isRestored, setIsRestored] = useState(draft !== undefined);
  const [values, setValues] = useState(draft?.values ?? before);
  const isSaved = useRef(false);
  useEffect(() => {
    if (!isSaved.current) keepDraft(draftId, { values, ...(webhook === undefined ? {} : { base: webhook }) }, before);
  }, [draftId, values, webhook, before]);
  useLeavingQuestion(draftId);
  const [problems, setProblems] = useState<FormProblems>({});
  const missing = useMissingGrant("webhooks/modify");
  const outcome = useRef<HTMLDivElement>(null);

  const change = (part: Partial<FormValues>): void => {
    setValues((now) => ({ ...now, ...part }));
    // What has been corrected is no longer wrong; the rest still is.
    const changed: readonly string[] = Object.keys(part);
    setProblems((now) =>
      Object.fromEntries(Object.entries(now).filter(([field]) => !isOf(field as FormField, changed))),
    );
  };
  const showProblems = (found: FormProblems): void => {
    setProblems(found);
    const [first] = formFields.filter((field) => found[field] !== undefined);
    if (first !== undefined) document.getElementById(controlId(first))?.focus();
  };

  const probe = useMutation({
    mutationFn: () => {
      const { name: _name, events: _events, filter: _filter, ...fields } = fieldsOf(values);
      const stored = webhookId === undefined ? {} : { webhook_id: webhookId };
      return callApi("POST /v1/webhooks/probe", { body: { ...fields, ...stored } });
    },
    onError: (error) => setProblems(problemsOfAnswer(asApiError(error).problems)),
  });
  const save = useMutation({
    mutationFn: async () => {
      // It may lead to another page at once.
      isSaved.current = true;
      discardDraft(draftId);
      await onSubmit(values).catch((error: unknown) => {
        isSaved.current = false;
        keepDraft(draftId, { values, ...(webhook === undefined ? {} : { base: webhook }) }, before);
        throw error;
      });
    },
    onError: (error) => setProblems(problemsOfAnswer(asApiError(error).problems)),
  });
  const isSettled = probe.isSuccess || probe.isError || save.isError;
  useEffect(() => {
    if (isSettled) outcome.current?.focus();
  }, [isSettled, probe.submittedAt, save.submittedAt]);

  const check = (needed: readonly FormField[]): boolean => {
    const found = problemsOf(values);
    const relevant = Object.fromEntries(Object.entries(found).filter(([field]) => needed.includes(field as FormField)));
    const isFine = Object.keys(relevant).length === 0;
    if (isFine) setProblems({});
    else showProblems(relevant);
    return isFine;
  };
  const run = (action: typeof probe | typeof save, needed: readonly FormField[]): void => {
    if (!check(needed)) return;
    probe.reset();
    save.reset();
    action.mutate();
  };
  const submit = (): void => run(save, formFields);
  const leave = (): void => {
    isSaved.current = true;
    discardDraft(draftId);
    onCancel();
  };
  const part = { values, before, problems, change, check, signingSecret };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" onClick={leave}>
              Cancel
            </Button>
            <Button
              formAction="none"
              loading={probe.isPending}
              loadingText="Sending the test POST"
              disabled={missing !== undefined || save.isPending}
              disabledReason={missing ?? "The webhook is being saved."}
              onClick={() => run(probe, ["target", "auth", "headers", "fields", "mask", "signingSecret"])}
            >
              Send test POST
            </Button>
            <Button
              variant="primary"
              loading={save.isPending}
              loadingText="Saving"
              disabled={missing !== undefined || probe.isPending}
              disabledReason={missing ?? "The test POST is under way."}
            >
              {submitText}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          {isRestored && (
            <Alert
              type="info"
              action={
                <Button
                  formAction="none"
                  onClick={() => {
                    setValues(before);
                    setIsRestored(false);
                  }}
                >
                  Discard it
                </Button>
              }
            >
              What was filled in before is still here. It is not saved.
            </Alert>
          )}
          <div className="form-columns">
            <SpaceBetween size="l">
              <WhereFields {...part} />
              <EventFields {...part} />
              <ContentFields {...part} />
              <SendingFields {...part} />
            </SpaceBetween>
            <div className="form-side">
              <SidePanel values={values} />
            </div>
          </div>
          <div ref={outcome} tabIndex={-1} className="outcome" aria-live="polite">
            {probe.isSuccess && (
              <Container header={<Header variant="h2">Test POST</Header>}>
                <TestOutcome result={probe.data} />
              </Container>
            )}
            {probe.isError && <ErrorView what="The test POST was not sent" error={probe.error} />}
            {save.isError && <NotSaved error={save.error} />}
          </div>
          {notice !== undefined && <Alert type="info">{notice(values)}</Alert>}
        </SpaceBetween>
      </Form>
    </form>
  );
};

/** Has the browser ask before a form with unsaved input goes with its window; within the console, the input stays. */
const useLeavingQuestion = (draftId: string): void => {
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (draftOf(draftId) !== undefined) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [draftId]);
};

interface NotSavedProps {
  readonly error: unknown;
}

/** Why nothing was saved, with what the target said when that is why. */
const NotSaved = ({ error }: NotSavedProps) => {
  const answer = asApiError(error).problems.find(({ response }) => response !== undefined)?.response;
  return (
    <SpaceBetween size="m">
      <ErrorView what="The webhook was not saved" error={error} />
      {answer !== undefined && (
        <Container header={<Header variant="h2">Answer to the test POST</Header>}>
          <CodeBlock label="answer of the target" text={responseText(answer)} />
        </Container>
      )}
    </SpaceBetween>
  );
};

/** Parts of the form's values that a field's problem is about. */
const partsOf: Partial<Readonly<Record<FormField, readonly string[]>>> = {
  auth: ["authType", "username", "password", "tokenUrl", "tokenContentType", "tokenFields", "tokenHeaders"],
  events: ["events", "eventsMode"],
};

const isOf = (field: FormField, changed: readonly string[]): boolean =>
  (partsOf[field] ?? [field]).some((part) => changed.includes(part));
