import { registerHooks } from "node:module";

/** What the records import of the Workers runtime, none of which is used outside of it. */
const RUNTIME =
  "data:text/javascript,export class DurableObject {} export const env = {}; export function waitUntil() {}";

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers"
      ? { url: RUNTIME, format: "module", shortCircuit: true }
      : next(specifier, context),
});

/**
 * The catalogue's records in Node: they are plain, so no server is needed to list or document them.
 */
export async function loadCatalogue() {
  const [{ catalogue }, { listCatalogue }, { byToolset }] = await Promise.all([
    import("../src/catalogue.ts"),
    import("../src/calls/listing.ts"),
    import("../src/docs/tool-reference.ts"),
  ]);
  return { catalogue, listCatalogue, byToolset };
}
