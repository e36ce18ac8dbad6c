import { bareId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { publicOrigin } from "./addresses.ts";

/** Below it are the help pages of all workspaces, each under its own slug. */
export const HELP_PATH = "/help";

/** Whose help pages: its slug, null where it has none. */
type Owner = Pick<Tenant, "helpSlug">;

/** The first page of a workspace's help, without a slash at its end; null where it has none. */
export function helpHome(env: Env, { helpSlug }: Owner): string | null {
  return helpSlug === null ? null : `${publicOrigin(env)}${HELP_PATH}/${helpSlug}`;
}

/**
 * Where anybody reads a published article: what an answer's source links to. The id in it finds the article, so an
 * address goes on leading to it whatever its title becomes.
 * @param article whether it is published is the caller's to know: the address of another answers 404
 * @returns null where the workspace has no help pages
 */
export function articleAddress(env: Env, owner: Owner, article: { id: string; slug: string }): string | null {
  const home = helpHome(env, owner);
  return home === null ? null : `${home}/articles/${bareId(article.id)}-${encodeURIComponent(article.slug)}`;
}
