// Runs in the reader's browser: finds sections of the documents. The index is read when the field is first used.
import MiniSearch from "minisearch";

interface Section {
  readonly id: string;
  readonly page: string;
  readonly heading: string;
}

const field = document.querySelector<HTMLInputElement>("#search");
const list = document.querySelector<HTMLUListElement>("#found");
const root = field?.dataset["root"] ?? "";
const mostShown = 12;

const load = async (): Promise<MiniSearch<Section>> => {
  const response = await fetch(`${root}search.json`);
  return MiniSearch.loadJSON<Section>(await response.text(), {
    fields: ["heading", "text"],
    storeFields: ["page", "heading"],
  });
};

let index: Promise<MiniSearch<Section>> | undefined;
const find = async (query: string): Promise<void> => {
  index ??= load();
  const found = (await index).search(query, { prefix: true, fuzzy: 0.1, boost: { heading: 3 } }).slice(0, mostShown);
  // What was typed meanwhile has a list of its own.
  if (field?.value !== query) return;
  const sections = found as unknown as readonly Section[];
  list?.replaceChildren(
    ...sections.map(({ id, page, heading }) => {
      const link = document.createElement("a");
      link.href = root + id;
      link.textContent = heading === page ? heading : `${page}: ${heading}`;
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
};
field?.addEventListener("input", () => void find(field.value));
// What was typed before this script came.
if (field !== null && field.value !== "") void find(field.value);
