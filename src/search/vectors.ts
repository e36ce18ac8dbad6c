import { z } from "zod";

/** Search by meaning: texts that say the same in other words, or in another language, lie near each other. */

/** What a corpus needs of a vector service. Writes may take some seconds until they are found. */
export interface VectorArm {
  /** Ids of the nearest rows, the nearest first, of these scopes; undefined: of all. */
  nearest(
    workspaceId: string,
    query: { query: string; scopes?: readonly string[]; limit: number },
  ): Promise<string[]>;
  /** Writes rows, whether or not they are there. */
  upsert(workspaceId: string, rows: readonly { id: string; scope: string; text: string }[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

/** Turns texts into vectors, one for each, in their order; at most {@link EMBEDDED_AT_ONCE} at a time. */
export type EmbedTexts = (texts: string[]) => Promise<number[][]>;

/** A model for more than 100 languages, 1,024 dimensions. */
const MODEL = "@cf/baai/bge-m3";
/** Texts that Workers AI takes in one call. */
const EMBEDDED_AT_ONCE = 100;
/** Vectors that Vectorize takes in one call from a Worker, and ids that it deletes. */
const WRITTEN_AT_ONCE = 1000;
/** Matches that Vectorize answers at most. */
const MAX_MATCHES = 100;
/** Characters of a text that are embedded: what comes after them hardly changes what it is about. */
const MAX_CHARACTERS = 4000;
/** Nearer than this (cosine) a row has to do with the query at all. */
const MIN_SIMILARITY = 0.4;

const embeddings = z.object({ data: z.array(z.array(z.number())) });

/** The vector arm of this deployment for one corpus; null unless both Workers AI and Vectorize are bound. */
export function vectorArm(env: Env, corpus: "products" | "knowledge"): VectorArm | null {
  const { AI, VECTORS } = env;
  if (!AI || !VECTORS) return null;
  return vectorizeArm(async (text) => embeddings.parse(await AI.run(MODEL, { text })).data, VECTORS, corpus);
}

/**
 * A vector arm over a Vectorize index. The workspace and corpus are the vectors' namespace, which Vectorize filters by
 * before anything else; the scope is metadata.
 */
export function vectorizeArm(
  embed: EmbedTexts,
  index: Pick<Vectorize, "query" | "upsert" | "deleteByIds">,
  corpus: string,
): VectorArm {
  const namespaceOf = (workspaceId: string) => `${corpus}:${workspaceId}`;
  return {
    async nearest(workspaceId, { query, scopes, limit }) {
      const [vector] = await embed([query.slice(0, MAX_CHARACTERS)]);
      if (!vector) throw new Error("The embedding model answered no vector.");
      const { matches } = await index.query(vector, {
        topK: Math.min(limit, MAX_MATCHES),
        namespace: namespaceOf(workspaceId),
        returnMetadata: "none",
        ...(scopes ? { filter: { scope: { $in: [...scopes] } } } : {}),
      });
      return matches.filter(({ score }) => score >= MIN_SIMILARITY).map(({ id }) => id);
    },
    async upsert(workspaceId, rows) {
      for (let at = 0; at < rows.length; at += EMBEDDED_AT_ONCE) {
        const part = rows.slice(at, at + EMBEDDED_AT_ONCE);
        const vectors = await embed(part.map(({ text }) => text.slice(0, MAX_CHARACTERS)));
        await index.upsert(
          part.map(({ id, scope }, i) => {
            const values = vectors[i];
            if (!values) throw new Error("The embedding model answered too few vectors.");
            return { id, values, namespace: namespaceOf(workspaceId), metadata: { scope } };
          }),
        );
      }
    },
    async remove(ids) {
      for (let at = 0; at < ids.length; at += WRITTEN_AT_ONCE) {
        await index.deleteByIds(ids.slice(at, at + WRITTEN_AT_ONCE));
      }
    },
  };
}
