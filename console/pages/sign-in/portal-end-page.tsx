import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect } from "react";
import type { Session } from "../../session.ts";

interface PortalEndPageProps {
  readonly end: Exclude<Session["end"], "key_refused" | undefined>;
}

const texts = {
  portal_ended: {
    message: "Your session has ended",
    description: "Its time is over, or somebody has ended it. Ask for a new link.",
  },
  framed_without_link: {
    message: "There is nothing to see here",
    description: "In a frame, this page is opened by a link for its user.",
  },
  signed_out_of_portal: {
    message: "You have signed out",
    description: "The link does not work again. Ask for a new one.",
  },
} as const;

/** What became of a portal link whose user is not, or no longer, signed in. */
export const PortalEndPage = ({ end }: PortalEndPageProps) => {
  const { message, description } = typeof end === "string" ? texts[end] : end;
  useEffect(() => {
    document.title = message;
    document.querySelector("h1")?.focus();
  }, [message]);
  return (
    <main className="sign-in" data-ready="true">
      <SpaceBetween size="l">
        <Container header={<Header variant="h1">{message}</Header>}>{description}</Container>
        {window.self === window.top && (
          <Button variant="link" onClick={() => location.reload()}>
            Sign in with an API key
          </Button>
        )}
      </SpaceBetween>
    </main>
  );
};
