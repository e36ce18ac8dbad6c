import * as z from "./zod-parts.ts";

/** Stands in the bundle for `zod` and `zod/v4`: the same modules, without the languages (wrangler.jsonc). */
export * from "./zod-parts.ts";
export { z, z as default };
