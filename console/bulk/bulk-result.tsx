import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Link from "@cloudscape-design/components/link";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { count, counted } from "#shared/text/numbers.ts";
import { hrefOf } from "../hash-location.ts";
import { createStore } from "../store.ts";
import { bulkTexts } from "./bulk-actions.ts";
import { failuresByReason, triableAgain } from "./bulk-failures.ts";
import type { BulkSubject } from "./bulk-subject.ts";
import { type BulkJob, dropBulk, startBulk, useBulkJob } from "./bulk-job.ts";
import { isBusy } from "./bulk-obstacle.ts";

const isShown = createStore(false);

/** Opens or closes the dialog with what became of each webhook. */
export const showBulkResult = isShown.set;

/** The dialog with what became of each webhook of the last job, while it is asked for. */
export const BulkResult = () => {
  const job = useBulkJob();
  const shown = isShown.use();
  if (!shown || job === undefined || isBusy(job)) return null;
  return <ResultDialog job={job} />;
};

interface ResultProps {
  readonly job: BulkJob;
}

/** Webhooks that are named of a reason; the file has all of them. */
const maxNamed = 100;

const ResultDialog = ({ job }: ResultProps) => {
  const [stored, setStored] = useState(false);
  const { action, total, done, failures, secrets, left, overlapHours } = job;
  const close = (): void => {
    showBulkResult(false);
    if (stored) dropBulk();
  };
  const again = (subjects: readonly BulkSubject[]): void => {
    showBulkResult(false);
    void startBulk({ action, subjects, overlapHours, secrets });
  };
  const failed = triableAgain(failures);
  const untried = [...failed, ...left];
  return (
    <Modal
      visible
      size="large"
      header={`${count(done)} of ${counted(total, "webhook")} ${bulkTexts[action].done}`}
      closeAriaLabel="Close"
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            {failed.length > 0 && left.length > 0 && (
              <Button onClick={() => again(left)}>{`Go on with the ${count(left.length)} not tried`}</Button>
            )}
            {untried.length > 0 && (
              <Button variant="normal" onClick={() => again(untried)}>
                {failed.length > 0
                  ? `Try ${count(untried.length)} again`
                  : `Go on with the ${count(left.length)} not tried`}
              </Button>
            )}
            <Button variant="primary" onClick={close}>
              Close
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {secrets.length > 0 && (
          <>
            <Alert type="warning">
              {`This is the only time that ${counted(secrets.length, "new secret")} can be had. Store the file where secrets are kept.`}
            </Alert>
            <Button iconName="download" onClick={() => download("signing-secrets.json", secretsFile(job))}>
              Download the secrets
            </Button>
            <Checkbox checked={stored} onChange={({ detail }) => setStored(detail.checked)}>
              I have stored the secrets: forget them here
            </Checkbox>
          </>
        )}
        {left.length > 0 && <Box>{`${counted(left.length, "webhook")} not tried: they are as they were.`}</Box>}
        {failuresByReason(failures).map(({ reason, fix, failures: found }) => (
          <ExpandableSection
            key={reason}
            defaultExpanded={found.length <= 10}
            headerText={<span className="wrap">{`${count(found.length)}: ${reason}`}</span>}
          >
            {fix !== undefined && <div className="secondary wrap">{fix}</div>}
            <ul className="consequences">
              {found.slice(0, maxNamed).map(({ subject: { id, name } }) => (
                <li key={id} className="wrap">
                  <Link href={hrefOf(`/webhooks/${id}`)} onFollow={() => showBulkResult(false)}>
                    <bdi>{name}</bdi>
                  </Link>
                </li>
              ))}
              {found.length > maxNamed && <li>{`and ${count(found.length - maxNamed)} more`}</li>}
            </ul>
          </ExpandableSection>
        ))}
        {failures.length > 0 && (
          <Button iconName="download" onClick={() => download("failures.json", failuresFile(job))}>
            Download the failures
          </Button>
        )}
      </SpaceBetween>
    </Modal>
  );
};

const secretsFile = ({ secrets }: BulkJob): object =>
  secrets.map(({ id, name, secret }) => ({ id, name, signing_secret: secret }));

const failuresFile = ({ failures }: BulkJob): object =>
  failuresByReason(failures).flatMap(({ reason, failures: found }) =>
    found.map(({ subject: { id, name } }) => ({ id, name, reason })),
  );

/** Saves JSON as a file by the browser. */
const download = (name: string, content: object): void => {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
};
