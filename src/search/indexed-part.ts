import type { Tenant } from "../tenant/tenant.ts";
import type { Corpus, EmbeddedRow, VersionedRow } from "./corpus.ts";
import type { VectorArm } from "./vectors.ts";

/** A row as a rebuild of the index takes it. */
export interface PartRow {
  indexed: VersionedRow;
  embedded: EmbeddedRow;
  /** Where to go on behind it. */
  after: string;
}

/**
 * What a noun hands in of its part of the search index, so that it can be rebuilt: indexing knows no noun. `chatbotId`
 * is the chatbot whose own rows are meant; null means those that belong to none.
 */
export interface IndexedPart {
  /** Names it in the log and to those who watch a rebuild; never changes. */
  name: string;
  corpus: Corpus;
  /** Null: no vectors are configured. */
  vectors(env: Env): VectorArm | null;
  /** How many rows there are. May walk an index, once in a rebuild. */
  count(tenant: Tenant, chatbotId: string | null): Promise<number>;
  /**
   * Makes anew those of the next `limit` rows that are themselves made from something else; left out where none are.
   * Can be repeated.
   * @throws Failure `conflict` when that was changed meanwhile
   */
  renew?(
    tenant: Tenant,
    env: Env,
    chatbotId: string | null,
    after: string | null,
    limit: number,
  ): Promise<void>;
  /**
   * The next rows, at most `limit`, in an order that does not change; it costs as much at the end as at the beginning.
   * @param after what the last row before said; null: from the first
   */
  slice(tenant: Tenant, chatbotId: string | null, after: string | null, limit: number): Promise<PartRow[]>;
  /** The ids that vectors have, of the rows with these storage numbers. */
  ids(tenant: Tenant, chatbotId: string | null, numbers: readonly number[]): Promise<string[]>;
}
