import { loadCatalogue } from "./load-catalogue.ts";

/** `npm run -s catalogue`: the whole catalogue as JSON, as a client with every scope sees it. */
const { catalogue, listCatalogue } = await loadCatalogue();
process.stdout.write(`${JSON.stringify(listCatalogue(catalogue), null, 2)}\n`);
