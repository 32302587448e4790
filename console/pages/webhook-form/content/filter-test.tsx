import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { FilterTestResult } from "#shared/contract/api/filter-test.ts";
import { plainJson } from "#shared/text/plain.ts";
import { count, counted } from "#shared/text/numbers.ts";
import { callApi } from "../../../api/client.ts";
import { CodeBlock } from "../../../components/code-block.tsx";
import { ErrorView } from "../../../components/error-view.tsx";
import { useMissingGrant } from "../../../grants.ts";
import type { FormValues } from "../form-values.ts";
import { subaccountFieldsOf } from "../subaccounts.ts";
import { contentFieldsOf } from "./content-values.ts";
import { costText, testedText } from "./stream-test-text.ts";
import { useStreamTest } from "./use-stream-test.ts";

interface FilterTestProps {
  readonly values: FormValues;
  /** Shows what is wrong with the fields that a test needs; false when something is. */
  readonly check: () => boolean;
}

/** What is tried: another form than the one that a result is of makes that result an old one. */
const triedOf = (values: FormValues) => {
  const { subaccount_id: account, exception_subaccounts: exceptions } = subaccountFieldsOf(values.subaccounts);
  return {
    events_mode: values.eventsMode,
    ...(values.eventsMode === "selected" ? { events: values.events } : {}),
    subaccount_id: account,
    exception_subaccounts: exceptions,
    ...contentFieldsOf(values),
  };
};

/** Tries what is in the form before it is saved: on samples at once, or on the events of the last hour in the background. */
export const FilterTest = ({ values, check }: FilterTestProps) => {
  const tried = triedOf(values);
  const [testedAs, setTestedAs] = useState("");
  const missing = useMissingGrant("webhooks/modify");
  const stream = useStreamTest();
  const samples = useMutation({
    mutationFn: () => {
      const { filter, fields, mask, events = [] } = tried;
      const types = events.length === 0 ? {} : { sample_events: events };
      return callApi("POST /v1/webhooks/filter-test", { body: { filter, fields, mask, ...types } });
    },
  });
  const begin = (test: () => void): void => {
    if (!check()) return;
    setTestedAs(JSON.stringify(tried));
    samples.reset();
    stream.reset();
    test();
  };
  const { test, isRunning } = stream;
  const isOld = testedAs !== JSON.stringify(tried);
  return (
    <SpaceBetween size="s">
      <FormField label="Try it" description="Counts what the webhook would get, and stores nothing." />
      <SpaceBetween direction="horizontal" size="xs">
        <Button
          formAction="none"
          loading={samples.isPending}
          disabled={isRunning}
          onClick={() => begin(samples.mutate)}
        >
          Try on samples
        </Button>
        {isRunning ? (
          <Button formAction="none" onClick={stream.cancel}>
            Cancel the test
          </Button>
        ) : (
          <Button
            formAction="none"
            disabled={missing !== undefined}
            disabledReason={missing ?? ""}
            onClick={() => begin(() => stream.start(tried))}
          >
            Try on the last hour
          </Button>
        )}
      </SpaceBetween>
      {samples.error !== null && <ErrorView what="The filter was not tried" error={samples.error} />}
      {stream.error !== null && <ErrorView what="The filter was not tried" error={stream.error} />}
      {isRunning && (
        <ProgressBar
          value={(test?.progress ?? 0) * 100}
          label="Reading the stream"
          description={test === undefined ? "" : costText(test)}
        />
      )}
      <div aria-live="polite">
        {samples.data !== undefined && (
          <Result
            text={`Would take ${count(samples.data.matched)} of ${counted(samples.data.events, "sample")}.`}
            isOld={isOld}
            {...samples.data}
          />
        )}
        {test !== undefined && !isRunning && (
          <Result text={testedText(test)} isOld={isOld} first={test.first} leftOut={test.left_out} />
        )}
      </div>
    </SpaceBetween>
  );
};

interface ResultProps extends Pick<FilterTestResult, "first"> {
  readonly text: string;
  readonly isOld: boolean;
  readonly leftOut?: FilterTestResult["first"];
}

const Result = ({ text, isOld, first, leftOut = [] }: ResultProps) => (
  <SpaceBetween size="xs">
    <output className="wrap">
      {text}
      {isOld && " The form has changed since: try it again."}
    </output>
    {first.length > 0 && <Events title="Some that it would get, as they are sent" events={first} />}
    {leftOut.length > 0 && <Events title="Some that it would not get" events={leftOut} />}
  </SpaceBetween>
);

interface EventsProps {
  readonly title: string;
  readonly events: FilterTestResult["first"];
}

const Events = ({ title, events }: EventsProps) => (
  <ExpandableSection headerText={title}>
    <CodeBlock label={title.toLowerCase()} text={plainJson(JSON.stringify(events, undefined, 2))} />
  </ExpandableSection>
);
