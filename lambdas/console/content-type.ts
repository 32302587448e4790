const contentTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
  woff2: "font/woff2",
};

/** Content type of a file of the console, by its extension. */
export const contentTypeOf = (file: string): string =>
  contentTypes[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";
