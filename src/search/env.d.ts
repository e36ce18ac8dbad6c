/**
 * Bindings of search by meaning, which a deployment may add; none is there by default, since neither has a local
 * simulator. The generated types know only what wrangler.jsonc names.
 */
interface __BaseEnv_Env {
  /** Workers AI, which turns text into vectors. */
  AI?: Ai;
  /** A Vectorize index of 1,024 dimensions, cosine, with a metadata index on the string property `scope`. */
  VECTORS?: Vectorize;
}
