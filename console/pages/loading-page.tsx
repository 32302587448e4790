import Spinner from "@cloudscape-design/components/spinner";
import Box from "@cloudscape-design/components/box";
import { Page } from "../shell/page.tsx";

/** What is shown while a page's code loads. */
export const LoadingPage = () => (
  <Page title="Loading" heading={false} ready={false}>
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" /> Loading the page
    </Box>
  </Page>
);
