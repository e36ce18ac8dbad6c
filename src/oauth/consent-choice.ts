import {
  ALL_SCOPES,
  CAREFUL_SCOPES,
  isScope,
  READ_SCOPES,
  ROLE_SCOPES,
  type Role,
  type Scope,
} from "../control/scopes.ts";
import type { ResourcePath } from "../http/addresses.ts";

export const ACCESS_LEVELS = ["read", "write", "choose"] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];

/** What the consent page offers one person in one workspace at one address. */
export interface Offer {
  /** Everything that can be ticked: the role's ceiling, and at `/mcp-readonly` only what reads. */
  scopes: Scope[];
  /** The levels to pick from; at `/mcp-readonly`, and for a role that only reads, there is no "write". */
  levels: AccessLevel[];
}

/** What is ticked: before the person does anything, or as they posted it. */
export interface Choice {
  access: AccessLevel;
  /** Ticked under "choose". */
  scopes: Scope[];
  /** Ticked beside "read and write". */
  careful: Scope[];
  /** Null: all inboxes. */
  inboxes: string[] | null;
}

const isCareful = (scope: Scope) => CAREFUL_SCOPES.includes(scope);
const reads = (scope: Scope) => READ_SCOPES.includes(scope);

export function offerFor(role: Role, path: ResourcePath): Offer {
  const ceiling = ALL_SCOPES.filter((scope) => ROLE_SCOPES[role].includes(scope));
  if (path === "/mcp-readonly") return { scopes: ceiling.filter(reads), levels: ["read"] };
  return { scopes: ceiling, levels: ceiling.every(reads) ? ["read", "choose"] : ["read", "write", "choose"] };
}

/**
 * What is selected when the page opens. A client that names no scopes gets "read and write" where the role has it;
 * one that names some gets those ticked (one that names none, what only reads), together with what it was allowed before (a client that asks for one
 * scope more should not lose the others). Deletes, publishing and webhooks are preselected for nobody.
 */
export function preselect(offer: Offer, requested: readonly string[], before: readonly Scope[]): Choice {
  const named = requested.filter(isScope);
  const ticked = offer.scopes.filter((s) => !isCareful(s) && (named.includes(s) || before.includes(s)));
  const everything = offer.scopes.every((scope) => isCareful(scope) || ticked.includes(scope));
  const levels = offer.levels;
  const broad = levels.includes("write") ? "write" : "read";
  const access =
    levels.includes("choose") && ticked.length > 0 && !everything && named.length > 0 ? "choose" : broad;
  // Somebody who begins to choose begins with what only looks.
  const scopes = ticked.length > 0 ? ticked : offer.scopes.filter(reads);
  return { access, scopes, careful: [], inboxes: null };
}

/** The choice with every single thing ticked that is offered, but for what needs care; or with nothing ticked. */
export function ticked(choice: Choice, offer: Offer, all: boolean): Choice {
  return {
    ...choice,
    access: "choose",
    scopes: all ? offer.scopes.filter((scope) => !isCareful(scope)) : [],
  };
}

/** Reads the posted form; unknown values count as absent. */
export function choiceOf(form: URLSearchParams, offer: Offer): Choice {
  const access = offer.levels.find((level) => level === form.get("access"));
  const scopes = (name: string) => form.getAll(name).filter(isScope);
  return {
    access: access ?? offer.levels[0] ?? "read",
    scopes: scopes("scope"),
    careful: scopes("careful"),
    inboxes: form.get("inboxes") === "picked" ? form.getAll("inbox") : null,
  };
}

/** The scopes of the grant that a choice makes: never more than was offered. */
export function grantedScopes(offer: Offer, choice: Choice): Scope[] {
  return offer.scopes.filter((scope) => {
    if (choice.access === "read") return reads(scope);
    if (choice.access === "choose") return choice.scopes.includes(scope);
    return isCareful(scope) ? choice.careful.includes(scope) : true;
  });
}
