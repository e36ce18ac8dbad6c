import type { Statement, Tenant } from "../tenant/tenant.ts";
import type { VectorArm } from "./vectors.ts";

/** The next piece of a part: what indexes its rows anew, in the place of what there was. */
export interface PartSlice {
  /** Where to go on behind it. */
  after: string;
  /** Rows of the index that it is. */
  rows: number;
  /** At most some MB; they fail with `conflict` when a row is not as it was read. */
  statements: Statement[];
}

/**
 * What a noun hands in of its part of the search index, so that it can be rebuilt: indexing knows no noun. `chatbotId`
 * is the chatbot whose own rows are meant; null means those that belong to none.
 */
export interface IndexedPart {
  /** Names it to those who watch a rebuild; never changes. */
  name: string;
  /** Null: no vectors are configured. */
  vectors(env: Env): VectorArm | null;
  /** How many rows there are. May walk a database index, once in a rebuild. */
  count(tenant: Tenant, chatbotId: string | null): Promise<number>;
  /**
   * The next rows, their vectors made anew, in an order that does not change; it costs as much at the end as at the
   * beginning. Null: there are no more.
   * @param after what the slice before said; null: from the first
   * @throws Failure `conflict` when rows were changed while their vectors were made: it can be repeated
   */
  slice(
    tenant: Tenant,
    chatbotId: string | null,
    after: string | null,
    vectors: VectorArm | null,
  ): Promise<PartSlice | null>;
}
