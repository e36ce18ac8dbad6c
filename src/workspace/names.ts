import type { Call } from "../calls/define.ts";
import type { NameLookup } from "../calls/references.ts";
import { sameName } from "../tenant/by-name.ts";
import type { NamedThing } from "../tenant/failure.ts";
import { isId } from "../tenant/ids.ts";

/** The caller itself, where something can be assigned to it. */
function self({ principal }: Call): NamedThing[] {
  const { kind, member, credentialId, name } = principal;
  if (member) return [member];
  return kind === "bot" ? [{ id: credentialId, name }] : [];
}

/** Members and bots, by name; `me` is the caller, and `none` nobody. */
export const assigneeNames: NameLookup = {
  kind: "assignee",
  noun: "member or bot",
  list: "list_members",
  scope: "workspace:read",
  asId: (text) => (text === "none" || isId("member", text) || isId("token", text) ? text : null),
  async called(call, name) {
    if (name.toLowerCase() === "me") return self(call);
    return sameName(name, await call.workspace.members());
  },
  near: (call) => call.workspace.members(),
};
