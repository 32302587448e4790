import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import TextFilter, { type TextFilterProps } from "@cloudscape-design/components/text-filter";
import { useRef } from "react";
import { useSearch } from "wouter";
import { useEventDocumentation } from "../../api/queries.ts";
import { ErrorView } from "../../components/error-view.tsx";
import { counted } from "#shared/text/numbers.ts";
import { hrefOf, navigate } from "../../hash-location.ts";
import { Page } from "../../shell/page.tsx";
import { useShortcut } from "../../shell/shortcuts.tsx";
import { categoriesOf, matching } from "../../components/event-choices.ts";
import { EventTypeView } from "./event-type-view.tsx";

/** Address of the catalogue with a search and a type. */
const address = (text: string, type: string | undefined): string => {
  const search = new URLSearchParams({ ...(text === "" ? {} : { q: text }), ...(type === undefined ? {} : { type }) });
  return `/events${search.size === 0 ? "" : `?${search.toString()}`}`;
};

/** Every event type with its fields and a sample. */
export const EventsPage = () => {
  const { data, error, refetch } = useEventDocumentation();
  const parameters = new URLSearchParams(useSearch());
  const filter = useRef<TextFilterProps.Ref>(null);
  useShortcut({ keys: "/", label: "Find event types", run: () => filter.current?.focus() });
  const text = parameters.get("q") ?? "";
  const all = categoriesOf(data ?? {});
  const shown = matching(all, text);
  const types = shown.flatMap(({ choices }) => choices);
  const wanted = parameters.get("type");
  const chosen = types.find(({ type }) => type === wanted) ?? types[0];

  return (
    <Page
      title="Event catalogue"
      description="Every type of event that a webhook can take, with its fields as they are delivered."
      ready={data !== undefined || error !== null}
    >
      {error !== null && (
        <ErrorView what="The event catalogue could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {error === null && data === undefined && (
        <Box textAlign="center">
          <Spinner /> Loading the event catalogue
        </Box>
      )}
      {data !== undefined && (
        <div className="catalogue">
          <Container header={<Header variant="h2">Types</Header>}>
            <SpaceBetween size="m">
              <TextFilter
                ref={filter}
                filteringText={text}
                filteringPlaceholder="Find event types"
                filteringAriaLabel="Find event types"
                countText={text === "" ? "" : counted(types.length, "match", "matches")}
                onChange={({ detail }) =>
                  navigate(address(detail.filteringText, wanted ?? undefined), { replace: true })
                }
              />
              {shown.length === 0 && (
                <Box color="text-body-secondary">
                  No event type matches “{text}”.{" "}
                  <Button variant="inline-link" onClick={() => navigate(address("", undefined), { replace: true })}>
                    Clear the search
                  </Button>
                </Box>
              )}
              <nav aria-label="Event types" className="type-list">
                {shown.map((category) => (
                  <section key={category.id} aria-label={category.name}>
                    <Box variant="h4" tagOverride="h3">
                      {category.name}
                    </Box>
                    <ul>
                      {category.choices.map(({ type, name }) => (
                        <li key={type}>
                          <a
                            href={hrefOf(address(text, type))}
                            {...(type === chosen?.type ? { "aria-current": "true" as const } : {})}
                          >
                            {name}
                          </a>
                        </li>
                      ))}
                    </ul>
                  </section>
                ))}
              </nav>
            </SpaceBetween>
          </Container>
          {chosen !== undefined && <EventTypeView key={chosen.type} type={chosen.type} documentation={data} />}
        </div>
      )}
    </Page>
  );
};
