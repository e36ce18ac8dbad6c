import type { Role } from "./scopes.ts";

/** A role as a sentence names it: "as an agent". */
export function roleWithArticle(role: Role): string {
  return /^[aeio]/.test(role) ? `an ${role}` : `a ${role}`;
}
