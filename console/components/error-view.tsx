import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { type ApiProblem, asApiError } from "../api/api-error.ts";

interface ErrorViewProps {
  /** Any caught value. */
  readonly error: unknown;
  /** What could not be done: "The webhooks could not be loaded". */
  readonly what: string;
  readonly onRetry?: () => void;
}

/** What failed, in the API's own words, with what to do about it and the id under which the server logged it. */
export const ErrorView = ({ error, what, onRetry }: ErrorViewProps) => {
  const { problems, requestId, status } = asApiError(error);
  return (
    <Alert
      type="error"
      header={what}
      {...(onRetry === undefined ? {} : { action: <Button onClick={onRetry}>Try again</Button> })}
    >
      {problems.map((problem) => (
        <ProblemView key={`${problem.message}${problem.description ?? ""}`} problem={problem} />
      ))}
      {(status > 0 || requestId !== undefined) && (
        <Box fontSize="body-s" color="text-body-secondary" padding={{ top: "xs" }}>
          {[status > 0 ? `Status ${status}` : "", requestId === undefined ? "" : `Request ${requestId}`]
            .filter((part) => part !== "")
            .join(" · ")}
        </Box>
      )}
    </Alert>
  );
};

interface ProblemViewProps {
  readonly problem: ApiProblem;
}

/** One entry of an answer's errors. */
const ProblemView = ({ problem }: ProblemViewProps) => (
  <div className="wrap">
    <Box fontWeight="bold">{problem.message.trim().replace(/:$/, "")}</Box>
    {problem.description !== undefined && problem.description !== problem.message && <div>{problem.description}</div>}
    <RemedyView likely={problem.likely} fix={problem.fix} />
  </div>
);

interface RemedyViewProps {
  readonly likely: string | undefined;
  readonly fix: string | undefined;
}

/** What a failure usually means and what to do about it, as the API says it. */
export const RemedyView = ({ likely, fix }: RemedyViewProps) => {
  if (likely === undefined && fix === undefined) return null;
  return (
    <dl className="remedy">
      {likely !== undefined && (
        <>
          <dt>Likely</dt>
          <dd>{likely}</dd>
        </>
      )}
      {fix !== undefined && (
        <>
          <dt>Fix</dt>
          <dd>{fix}</dd>
        </>
      )}
    </dl>
  );
};
