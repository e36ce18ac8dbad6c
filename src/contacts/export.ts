import { z } from "zod";
import type { Scope } from "../control/scopes.ts";
import { type CursorScope, decodeCursor, encodeCursor } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { showContact } from "./answers.ts";
import type { Belonging } from "./belongings.ts";
import { contactDetails, resolveContact } from "./lookup.ts";

/** A thing of a person, with all that is stored of it. */
export interface Exported {
  kind: string;
  data: object;
}

export interface ExportPage {
  items: Exported[];
  nextCursor: string | null;
  hasMore: boolean;
  /** Kinds that the caller may not read. */
  leftOut: string[];
}

/**
 * A page of everything of a person, as far as the caller may read it: the contact first, then what belongs to it, kind
 * by kind. A page may be short.
 * @throws Failure `not_found`
 */
export async function exportContact(
  tenant: Tenant,
  reference: string,
  belongings: readonly Belonging[],
  options: { scopes: readonly Scope[]; cursor?: string; limit: number },
): Promise<ExportPage> {
  const { scopes, cursor, limit } = options;
  const contact = await resolveContact(tenant, reference);
  const readable = belongings.filter(({ scope }) => scopes.includes(scope));
  const kinds = readable.map(({ kind }) => kind);
  const scope: CursorScope = { list: "contact_export", tenant, filters: [contact.id, kinds] };
  const items: Exported[] = [];
  let [at, after]: [number, string | null] = [0, null];
  if (cursor !== undefined) {
    [at, after] = await decodeCursor(scope, cursor, z.tuple([z.int(), z.string().nullable()]));
  } else {
    const shown = showContact(await contactDetails(tenant, contact));
    items.push({ kind: "contact", data: shown });
  }
  for (; at < readable.length && items.length < limit; at++, after = null) {
    const part = readable[at];
    if (!part) break;
    const page = await part.page(tenant, contact.id, after, limit - items.length);
    items.push(...page.items.map((data) => ({ kind: part.kind, data })));
    after = page.after;
    if (after !== null) break;
  }
  const more = at < readable.length;
  return {
    items,
    hasMore: more,
    nextCursor: more ? await encodeCursor(scope, [at, after]) : null,
    leftOut: belongings.filter(({ kind }) => !kinds.includes(kind)).map(({ kind }) => kind),
  };
}
