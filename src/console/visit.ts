import { tenantOf } from "../calls/call.ts";
import type { Caller } from "../calls/caller.ts";
import type { Catalogue } from "../calls/define.ts";
import type { Scope } from "../control/scopes.ts";
import { Administration } from "../gate/administration.ts";
import type { Membership } from "../gate/member-principal.ts";
import type { Exchange } from "../http/app.ts";
import type { SignedIn } from "../oauth/auth.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Language, Words } from "./words.ts";

/** What somebody must hold to see a page or do something on it: a scope, or `manage` for owners and admins. */
export type Need = Scope | "manage" | null;

/** A signed-in person at a page of one workspace, as they are at this moment. */
export interface Visit extends Membership {
  c: Exchange;
  env: Env;
  requestId: string;
  person: SignedIn;
  catalogue: Catalogue;
  language: Language;
  words: Words;
  /** What the page's address says besides its path. */
  query: URLSearchParams;
}

/** Whether the visitor's role reaches so far. */
export function may({ principal }: Pick<Visit, "principal">, need: Need): boolean {
  if (need === null) return true;
  if (need === "manage") return principal.member.role === "owner" || principal.member.role === "admin";
  return principal.scopes.includes(need);
}

/** The address of a page of this workspace. @param path below the workspace, with a slash at its beginning */
export function linkTo(
  { workspace }: Pick<Visit, "workspace">,
  path: string,
  query: Record<string, string | null | undefined> = {},
): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const search = new URLSearchParams(given).toString();
  return `/w/${workspace.id}${path}${search && `?${search}`}`;
}

/** The workspace's data as the visitor may see it, their writes attributed to them. */
export function tenantOfVisit({ env, principal }: Visit): Tenant {
  return tenantOf(env, principal);
}

/** What the visitor changes of who may do what, attributed to them. */
export function administrationOf(visit: Visit): Administration {
  return new Administration(visit.env, tenantOfVisit(visit));
}

/** The visitor as somebody who calls. */
export function callerOf({ principal, requestId }: Visit): Caller {
  return { principal, toolsets: null, compact: false, requestId, sessionId: null };
}

/** A part of the page's address. */
export function param({ c }: Visit, name: string): string {
  return c.req.param(name) ?? "";
}
