import { registerHooks } from "node:module";

/**
 * `npm run -s catalogue`: the whole catalogue as JSON, as a client with every scope sees it. Tools are plain records,
 * so no server is needed; what some of their modules import of the Workers runtime is never used here.
 */
const RUNTIME = "data:text/javascript,export class DurableObject {} export const env = {}; export function waitUntil() {}";

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers"
      ? { url: RUNTIME, format: "module", shortCircuit: true }
      : next(specifier, context),
});

const [{ catalogue }, { listCatalogue }] = await Promise.all([
  import("../src/catalogue.ts"),
  import("../src/mcp/listing.ts"),
]);
process.stdout.write(`${JSON.stringify(listCatalogue(catalogue), null, 2)}\n`);
