import { type OpenApiDocument, operationsOf, type Schema } from "../../lambdas/api/openapi/document.ts";
import { type Html, html, inline, paragraphs } from "./html.ts";
import { methodAndPath, operationSection } from "./operation-section.ts";
import { fieldsOf, schemaAnchor, typeOf } from "./schema-fields.ts";
import { style } from "./style.ts";

// Written apart: its hash allows it, so that not a space may be added.
const styleElement: Html = { markup: `<style>${style}</style>` };

/** The page of an OpenAPI document as it is stored. */
export const pageOfFile = (json: string): string => renderPage(JSON.parse(json) as OpenApiDocument);

/** The API documentation as one page that loads nothing and runs nothing. */
export const renderPage = (document: OpenApiDocument): string => {
  const { info, tags, components } = document;
  const baseUrl = document.servers[0]?.url ?? "";
  const operations = operationsOf(document);
  const groups = tags.map((tag) => ({
    ...tag,
    anchor: `tag-${tag.name.replaceAll(" ", "-")}`,
    places: operations.filter(({ operation }) => operation.tags.includes(tag.name)),
  }));
  const schemas = Object.entries(components.schemas);
  const { markup } = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${info.title}</title>
      ${styleElement}
    </head>
    <body>
      <a class="skip" href="#content">Skip to the content</a>
      <nav aria-label="Operations">
        <p class="title"><a href="#content">${info.title}</a> <small>${info.version}</small></p>
        ${groups.map(
          ({ name, anchor, places }) =>
            html`<p class="group"><a href="#${anchor}">${name}</a></p>
              <ul>
                ${places.map(
                  ({ method, operation }) =>
                    html`<li>
                      <a href="#${operation.operationId}">
                        <span class="method ${method}">${method.toUpperCase()}</span> ${operation.summary}
                      </a>
                    </li>`,
                )}
              </ul>`,
        )}
        <p class="group"><a href="#schemas">Schemas</a></p>
      </nav>
      <main id="content">
        <h1>${info.title}</h1>
        ${paragraphs(info.description)}
        <p>Base URL: <code>${baseUrl}</code>. Machine-readable: <a href="${baseUrl}/openapi.json">openapi.json</a>.</p>
        <p>
          Guides, settings and operation are in <a href="${baseUrl}/../docs/index.html">the documentation</a>, unless
          this deployment has no console.
        </p>
        <h2 id="keys">API keys in requests</h2>
        <dl>${Object.values(components.securitySchemes).map(securityEntry)}</dl>
        ${groups.map(
          ({ name, anchor, description, places }) =>
            html`<h2 id="${anchor}">${name}</h2>
              <p>${description}</p>
              <ul class="routes">
                ${places.map(
                  (place) => html`<li><a href="#${place.operation.operationId}">${methodAndPath(place)}</a></li>`,
                )}
              </ul>
              ${places.map((place) => operationSection({ ...place, baseUrl, schemas: components.schemas }))}`,
        )}
        <h2 id="schemas">Schemas</h2>
        ${schemas.map(([name, schema]) => schemaSection(name, schema))}
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${markup}`;
};

const securityEntry = (scheme: { readonly name?: string; readonly description: string }): Html =>
  html`<dt><code>${scheme.name ?? "Authorization: Basic"}</code></dt>
    <dd>${inline(scheme.description)}</dd>`;

const schemaSection = (name: string, schema: Schema): Html => {
  const fields = fieldsOf(schema);
  return html`<section class="schema">
    <h3 id="${schemaAnchor(name)}"><a href="#${schemaAnchor(name)}">${name}</a></h3>
    ${schema.description === undefined ? undefined : html`<p>${inline(schema.description)}</p>`}
    ${fields.length === 0 ? html`<p>${typeOf(schema)}</p>` : html`<dl>${fields}</dl>`}
  </section>`;
};
