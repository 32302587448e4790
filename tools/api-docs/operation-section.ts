import {
  componentOf,
  type DocumentedOperation,
  type Media,
  type PlacedOperation,
  type Schema,
} from "../../lambdas/api/openapi/document.ts";
import { type Html, html, inline, paragraphs } from "./html.ts";
import { fieldEntry, fieldsOf, typeOf } from "./schema-fields.ts";

export interface OperationPlace extends PlacedOperation {
  /** URL before the path. */
  readonly baseUrl: string;
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** Method and path as a line. */
export const methodAndPath = ({ method, path }: Pick<OperationPlace, "method" | "path">): Html =>
  html`<span class="method ${method}">${method.toUpperCase()}</span> <code class="path">${path}</code>`;

/** Everything about one operation. */
export const operationSection = (place: OperationPlace): Html => {
  const { operation } = place;
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  return html`<section class="operation" aria-labelledby="${operationId}">
    <h3 id="${operationId}"><a href="#${operationId}">${summary}</a></h3>
    <p class="route">${methodAndPath(place)}</p>
    ${paragraphs(description)}
    <pre tabindex="0" aria-label="Request with curl"><code>${curlLine(place)}</code></pre>
    ${
      parameters.length === 0
        ? undefined
        : html`<h4>Parameters</h4>
            <dl>
              ${parameters.map(({ in: where, name, required, schema }) =>
                fieldEntry({ name, field: schema, isRequired: required === true, place: where }),
              )}
            </dl>`
    }
    ${
      requestBody === undefined
        ? undefined
        : Object.entries(requestBody.content).map(([type, media]) => requestPart(place, type, media))
    }
    ${answerPart(responses)} ${errorsPart(responses)}
  </section>`;
};

const requestPart = ({ schemas }: OperationPlace, type: string, { schema, example }: Media): Html => {
  const name = schema.$ref === undefined ? undefined : componentOf(schema.$ref);
  const fields = fieldsOf(name === undefined ? schema : (schemas[name] ?? schema));
  return html`<h4>Request body <span class="type">${type}, ${typeOf(schema)}</span></h4>
    ${schema.description === undefined ? undefined : html`<p>${inline(schema.description)}</p>`}
    ${fields.length === 0 ? undefined : html`<dl>${fields}</dl>`} ${exampleBlock("Example body", example)}`;
};

const answerPart = (responses: DocumentedOperation["responses"]): Html => {
  const media = responses["200"]?.content?.["application/json"];
  if (media === undefined)
    return html`<h4>Answer <span class="type">204</span></h4>
      <p>No body.</p>`;
  return html`<h4>Answer <span class="type">200, application/json</span></h4>
    <dl>${fieldsOf(media.schema)}</dl>
    ${exampleBlock("Example answer", media.example)}`;
};

const errorsPart = (responses: DocumentedOperation["responses"]): Html | undefined => {
  const rows = Object.entries(responses).flatMap(([status, response]) =>
    Object.entries(response["x-error-codes"] ?? {}).map(
      ([code, when]) =>
        html`<tr>
          <th scope="row">${status}</th>
          <td><code>${code}</code></td>
          <td>${inline(when)}</td>
        </tr>`,
    ),
  );
  if (rows.length === 0) return undefined;
  return html`<h4>Errors</h4>
    <table>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">Code</th>
          <th scope="col">When</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>`;
};

const exampleBlock = (label: string, example: unknown): Html | undefined =>
  example === undefined
    ? undefined
    : html`<details>
        <summary>${label}</summary>
        <pre tabindex="0" aria-label="${label}"><code>${bodyText(example, 2)}</code></pre>
      </details>`;

const bodyText = (example: unknown, indent?: number): string =>
  typeof example === "string" ? example : JSON.stringify(example, null, indent);

const curlLine = ({ method, path, operation, baseUrl }: OperationPlace): string => {
  const [type, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const isPublic = operation["x-required-grant"] === "public";
  const url = `${baseUrl}${path.replaceAll(/[{}]/g, (brace) => (brace === "{" ? "<" : ">"))}`;
  return [
    `curl${method === "get" ? "" : ` -X ${method.toUpperCase()}`} ${shellQuote(url)}`,
    ...(isPublic ? [] : ['-H "Authorization: $TIDEPOST_API_KEY"']),
    ...(type === undefined ? [] : [`-H ${shellQuote(`Content-Type: ${type}`)}`]),
    ...(media === undefined ? [] : [`-d ${shellQuote(bodyText(media.example))}`]),
  ].join(" \\\n  ");
};

const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
