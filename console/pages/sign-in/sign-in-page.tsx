import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useRef, useState } from "react";
import type { Grant } from "#shared/contract/words.ts";
import { ApiError } from "../../api/api-error.ts";
import { callApi } from "../../api/client.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { navigate } from "../../hash-location.ts";
import { grantTexts } from "../../grants.ts";
import { signIn, useSession } from "../../session.ts";

interface SignInPageProps {
  /** Where to go afterwards. */
  readonly wanted: string;
}

/** Asks the API whether it knows a key. Any answer but 401 means that it does. */
const isKnown = async (key: string): Promise<boolean> => {
  try {
    await callApi("GET /v1/whoami", { key });
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) throw error;
    return error.status !== 401;
  }
};

type Outcome =
  | { readonly kind: "none" | "checking" | "unknown" }
  | { readonly kind: "failed"; readonly error: unknown };

/** Where a key is given. It is kept in memory, or for this tab when the user wants that; never anywhere else. */
export const SignInPage = ({ wanted }: SignInPageProps) => {
  const { end } = useSession();
  const [key, setKey] = useState("");
  const [keep, setKeep] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>({ kind: "none" });
  const field = useRef<InputProps.Ref>(null);

  useEffect(() => {
    document.title = "Sign in · Tidepost";
    field.current?.focus();
  }, []);

  const submit = async (): Promise<void> => {
    const trimmed = key.trim();
    if (trimmed === "") {
      field.current?.focus();
      return;
    }
    setOutcome({ kind: "checking" });
    try {
      if (await isKnown(trimmed)) {
        signIn(trimmed, { keep });
        navigate(wanted, { replace: true });
        return;
      }
      setOutcome({ kind: "unknown" });
    } catch (error) {
      setOutcome({ kind: "failed", error });
    }
    field.current?.focus();
  };
  const onSubmit = (event: { readonly preventDefault: () => void }): void => {
    event.preventDefault();
    void submit();
  };

  return (
    <main className="sign-in" data-ready="true">
      <SpaceBetween size="l">
        {end === "key_refused" && (
          <Alert type="info" header="Sign in again">
            The API no longer takes the key that was in use. It may have been revoked.
          </Alert>
        )}
        <form onSubmit={onSubmit} noValidate>
          <Form
            actions={
              <Button variant="primary" formAction="submit" loading={outcome.kind === "checking"}>
                Sign in
              </Button>
            }
          >
            <Container header={<Header variant="h1">Sign in to Tidepost</Header>}>
              <SpaceBetween size="l">
                <FormField
                  label="API key"
                  description="The same key that your programs call the REST API with."
                  errorText={outcome.kind === "unknown" ? "The API does not know this key." : ""}
                >
                  <Input
                    ref={field}
                    type="password"
                    value={key}
                    onChange={({ detail }) => setKey(detail.value)}
                    autoComplete={false}
                    spellcheck={false}
                    placeholder="Paste your key"
                  />
                </FormField>
                <Checkbox
                  checked={keep}
                  onChange={({ detail }) => setKeep(detail.checked)}
                  description="Otherwise a reload asks for it again, unless another tab of the console has it. Closing the last tab always forgets it."
                >
                  Keep the key for this tab
                </Checkbox>
                {outcome.kind === "failed" && <ErrorView what="The key could not be checked" error={outcome.error} />}
              </SpaceBetween>
            </Container>
          </Form>
        </form>
        <ExpandableSection headerText="What a key may do, and where to get one">
          <SpaceBetween size="s">
            <dl className="definitions">
              {(Object.keys(grantTexts) as Grant[]).map((grant) => (
                <div key={grant}>
                  <dt>
                    <code>{grant}</code>
                  </dt>
                  <dd>{grantTexts[grant].description}.</dd>
                </div>
              ))}
            </dl>
            <Box>
              What your key may not do is disabled in the console. The first key of a deployment comes from{" "}
              <code>npm run tidepost -- keys create --stack NAME</code>; further ones from the page API keys.
            </Box>
          </SpaceBetween>
        </ExpandableSection>
      </SpaceBetween>
    </main>
  );
};
