import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import FileUpload from "@cloudscape-design/components/file-upload";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { callApi } from "../../api/client.ts";
import type { ImportResult } from "#shared/contract/api/import.ts";
import { queryClient } from "../../api/query-client.ts";
import { queryKeys } from "../../api/queries.ts";
import { useMissingGrant } from "../../grants.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { flash } from "../../shell/flashes.ts";
import { Page } from "../../shell/page.tsx";
import { hasWork, PlanTable } from "./plan-table.tsx";
import { applyInRounds } from "./apply-in-rounds.ts";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import { count } from "#shared/text/numbers.ts";

const example = `[
  { "name": "Warehouse feed", "target": "https://in.example.net/hook", "events": ["delivery", "bounce"] }
]`;

/** Takes Momentum's `webhooks.json` over: first the plan, then what became of each row. */
export const ImportPage = () => {
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [prune, setPrune] = useState(false);
  const [soFar, setSoFar] = useState<ImportResult>();
  const missing = useMissingGrant("webhooks/modify");
  const resultView = useRef<HTMLDivElement>(null);

  const run = useMutation({
    mutationFn: ({ plan }: { readonly plan: boolean }) => {
      const send = (): Promise<ImportResult> =>
        callApi("POST /v1/webhooks/import", {
          query: { plan: String(plan), prune: String(prune) },
          body: parsed(text),
        });
      setSoFar(undefined);
      return plan ? send() : applyInRounds(send, setSoFar);
    },
    onSuccess: async (result) => {
      if (!result.applied) return;
      await queryClient.invalidateQueries({ queryKey: queryKeys.webhooks });
      const failed = result.plan.filter(({ outcome }) => outcome === "failed" || outcome === "not_tried").length;
      if (failed === 0) flash({ type: "success", header: "The file was imported" });
    },
  });
  const { data: result, reset } = run;
  useEffect(() => {
    if (run.isSuccess || run.isError) resultView.current?.focus();
  }, [run.isSuccess, run.isError, run.submittedAt]);

  const changeText = (next: string): void => {
    setText(next);
    // A plan is about the text that it was made from.
    reset();
  };
  const takeFile = async (chosen: readonly File[]): Promise<void> => {
    setFiles(chosen);
    const [file] = chosen;
    if (file !== undefined) changeText(await file.text());
  };
  const canApply = result !== undefined && !result.applied && hasWork(result.plan);

  return (
    <Page
      title="Import"
      description="Makes the registered webhooks those of a webhooks.json, as Momentum keeps it. Entries match by name, else by target."
      contentType="form"
      ready
    >
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">File</Header>}>
          <SpaceBetween size="l">
            <FormField label="webhooks.json" description="Drop it here or choose it; it is read in this browser.">
              <FileUpload
                accept=".json,application/json"
                value={[...files]}
                onChange={({ detail }) => void takeFile(detail.value)}
                showFileSize
                i18nStrings={{
                  uploadButtonText: () => "Choose file",
                  dropzoneText: () => "Drop the file here",
                  removeFileAriaLabel: () => "Remove the file",
                  limitShowFewer: "Show fewer",
                  limitShowMore: "Show more",
                  errorIconAriaLabel: "Error",
                  warningIconAriaLabel: "Warning",
                }}
              />
            </FormField>
            <FormField label="Or paste its content" errorText={problemOf(text)} stretch>
              <Textarea
                rows={10}
                value={text}
                placeholder={example}
                spellcheck={false}
                onChange={({ detail }) => changeText(detail.value)}
              />
            </FormField>
            <Checkbox
              checked={prune}
              description="Otherwise webhooks that the file does not have stay as they are."
              onChange={({ detail }) => {
                setPrune(detail.checked);
                reset();
              }}
            >
              Delete webhooks that are not in the file
            </Checkbox>
            <Button
              disabled={missing !== undefined || text.trim() === "" || problemOf(text) !== ""}
              disabledReason={missing ?? "Choose a file or paste its content first."}
              loading={run.isPending && run.variables.plan}
              loadingText="Making the plan"
              onClick={() => run.mutate({ plan: true })}
            >
              Show the plan
            </Button>
          </SpaceBetween>
        </Container>
        <div ref={resultView} tabIndex={-1} className="outcome">
          <SpaceBetween size="l">
            {run.isError && <ErrorView what="The file cannot be imported" error={run.error} />}
            {result !== undefined && <PlanTable result={result} />}
            {result !== undefined && !result.applied && (
              <Button
                variant="primary"
                disabled={!canApply || missing !== undefined}
                disabledReason={missing ?? "The plan changes nothing."}
                onClick={() => run.mutate({ plan: false })}
              >
                Apply the plan
              </Button>
            )}
          </SpaceBetween>
        </div>
        {run.isPending && !run.variables.plan && <ImportProgress soFar={soFar} />}
      </SpaceBetween>
    </Page>
  );
};

const parsed = (text: string): unknown => JSON.parse(text) as unknown;

const problemOf = (text: string): string => {
  if (text.trim() === "") return "";
  try {
    parsed(text);
    return "";
  } catch (error) {
    return `This is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
};

interface ImportProgressProps {
  /** Absent until the first request has ended. */
  readonly soFar: ImportResult | undefined;
}

/** How far an import is that is being applied. */
const ImportProgress = ({ soFar }: ImportProgressProps) => {
  const rows = soFar?.plan ?? [];
  const done = rows.filter(({ outcome }) => outcome !== "not_tried").length;
  return (
    <ProgressBar
      label="Applying the plan"
      description="Each new or changed target gets its test POST. Slow ones take up to half a minute."
      value={rows.length === 0 ? 0 : Math.floor((done / rows.length) * 100)}
      additionalInfo={rows.length === 0 ? "" : `${count(done)} of ${count(rows.length)} rows`}
    />
  );
};
