import type { Scope } from "../control/scopes.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";

/** What of a contact another noun holds: handed in by the catalogue, for exporting and erasing a person. */
export interface Belonging {
  /** What each thing is called in an export. */
  kind: string;
  /** Who may read it. */
  scope: Scope;
  /**
   * Some of it, in an order in which nothing that is there is missed.
   * @param after where the last page ended; null: from the beginning
   * @param size things to answer at most; a page may be short
   */
  page(tenant: Tenant, contactId: string, after: string | null, size: number): Promise<BelongingPage>;
  /** Erases it; left out where what it belongs to takes it along. */
  erase?: Eraser;
}

export interface BelongingPage {
  items: object[];
  /** Where to go on; null: there is no more. */
  after: string | null;
}

/** Erases things of a contact in steps of a bounded size. */
export interface Eraser {
  /** What takes some away. Nothing is left to do where it has no statements. */
  step(tenant: Tenant, contactId: string): Promise<EraseStep>;
}

export interface EraseStep {
  /** One batch; it fails with `conflict` when things changed meanwhile. */
  statements: Statement[];
  /** What they remove, by what people call it. */
  removed: Readonly<Record<string, number>>;
}

export const NOTHING: EraseStep = { statements: [], removed: {} };
