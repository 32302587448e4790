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
