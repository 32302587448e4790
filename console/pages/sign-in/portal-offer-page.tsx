import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { useWhoAmI } from "../../api/queries.ts";
import { homePath, navigate } from "../../hash-location.ts";
import type { LinkProblem } from "../../portal-link.ts";
import { acceptOffer, declineOffer, useSession } from "../../session.ts";

type Step = { readonly kind: "asked" | "opening" } | { readonly kind: "failed"; readonly problem: LinkProblem };

/** Asks whoever is signed in whether a portal link is to be opened: any page of the web may have led here. */
export const PortalOfferPage = () => {
  const { key, portal } = useSession();
  const { data: me } = useWhoAmI();
  const [step, setStep] = useState<Step>({ kind: "asked" });
  const isSignedIn = (key ?? portal) !== undefined;
  const isKnown = !isSignedIn || me !== undefined;
  useEffect(() => {
    document.title = "Open this link?";
    document.querySelector("h1")?.focus();
  }, []);
  const open = async (): Promise<void> => {
    setStep({ kind: "opening" });
    const problem = await acceptOffer();
    if (problem === undefined) navigate(homePath, { replace: true });
    else setStep({ kind: "failed", problem });
  };
  const label = me?.key?.label ?? me?.portal?.label;
  return (
    <main className="sign-in" data-ready={isKnown}>
      <SpaceBetween size="l">
        {step.kind === "failed" && (
          <Alert type="error" header={step.problem.message}>
            {step.problem.description}
          </Alert>
        )}
        <Container header={<Header variant="h1">Open this link?</Header>}>
          <SpaceBetween size="m">
            {isSignedIn && (
              <Box>
                You are signed in{label === undefined ? "" : " as "}
                {label !== undefined && <strong className="wrap">{label}</strong>}. The link opens the session of
                somebody else, and ends yours in this tab.
              </Box>
            )}
            <Box>Open it only if you know who has sent it.</Box>
            <SpaceBetween size="s" direction="horizontal">
              <Button variant="primary" onClick={declineOffer}>
                {isSignedIn ? "Stay signed in" : "Do not open it"}
              </Button>
              {step.kind !== "failed" && (
                <Button loading={step.kind === "opening"} onClick={() => void open()}>
                  Open the link
                </Button>
              )}
            </SpaceBetween>
          </SpaceBetween>
        </Container>
      </SpaceBetween>
    </main>
  );
};
