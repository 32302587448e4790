import Link from "@cloudscape-design/components/link";
import { useLocation } from "wouter";
import { hrefOf } from "../routing/hash-location.ts";
import { Page } from "../shell/page.tsx";

/** What is shown for an address that no page has. */
export const NotFoundPage = () => {
  const [path] = useLocation();
  return (
    <Page title="There is no such page" ready>
      <p className="wrap">
        The console has no page <code>{path}</code>. Go to the <Link href={hrefOf("/webhooks")}>webhooks</Link>.
      </p>
    </Page>
  );
};
