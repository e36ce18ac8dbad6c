import { sql } from "drizzle-orm";
import type { Given, NameLookup } from "../calls/references.ts";
import { calledIn, type NamedTable, nearIn } from "../tenant/by-name.ts";
import type { NamedThing } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";

const table: NamedTable = { table: "flows", index: "flows_by_name", name: "name" };

/** Newest versions of a flow among which one is looked for by name. */
const VERSIONS_LOOKED_AT = 500;

/** The newest versions of the flow that a call names, itself or by its chatbot; `numbered`: the one with this number. */
function versions(tenant: Tenant, given: Given, numbered?: number): Promise<NamedThing[]> {
  const { workspaceId } = tenant;
  const flowId = given.get("flow");
  const ofChatbot = sql`(SELECT id FROM flows INDEXED BY flows_by_chatbot
    WHERE workspace_id = ${workspaceId} AND chatbot_id = ${given.get("chatbot") ?? null})`;
  return tenant.db.all<NamedThing>(
    sql`SELECT id, coalesce(name, 'version ' || number) AS name FROM flow_versions INDEXED BY flow_versions_by_number
      WHERE workspace_id = ${workspaceId} AND flow_id = ${flowId ?? ofChatbot}
      ${numbered === undefined ? sql`` : sql`AND number = ${numbered}`}
      ORDER BY number DESC LIMIT ${VERSIONS_LOOKED_AT}`,
  );
}

/** Flows by name, and versions of the flow that the call names by number ("3", "#3", "version 3") or name. */
export const flowNames: readonly NameLookup[] = [
  {
    kind: "flow",
    noun: "flow",
    list: "list_flows",
    scope: "flows:read",
    called: ({ tenant }, name) => calledIn(tenant, table, name),
    near: ({ tenant }, name) => nearIn(tenant, table, name),
  },
  {
    kind: "flowVersion",
    noun: "flow version",
    list: "list_flow_versions",
    scope: "flows:read",
    within: "flow",
    async called({ tenant }, name, given) {
      const number = /^(?:#|v|version )?(\d{1,9})$/i.exec(name)?.[1];
      return number === undefined ? [] : versions(tenant, given, Number(number));
    },
    near: ({ tenant }, _, given) => versions(tenant, given),
  },
];
