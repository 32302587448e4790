import { buildSite } from "./docs/build-site.ts";

// `npm run docs`: the documents as a site of static files, which works from any folder of any host.
console.log(`${buildSite("dist/docs")} pages in dist/docs`);
