import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadCatalogue } from "./load-catalogue.ts";

/** Prints the OpenAPI document that a server at this origin serves, for making clients without one running. */
const [origin = "http://localhost:8787"] = process.argv.slice(2);
const { catalogue } = await loadCatalogue();
const { openApiDocument } = await import("../src/rest/openapi.ts");
const { apiDoorPaths } = await import("../src/channels/api/openapi.ts");
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8"));
console.log(JSON.stringify(openApiDocument(catalogue, { origin, version, paths: apiDoorPaths() }), null, 2));
