import type { NameLookup } from "../calls/references.ts";
import { calledIn, type NamedTable, nearIn } from "../tenant/by-name.ts";

const table: NamedTable = { table: "sales_rules", index: "sales_rules_by_name", name: "name" };

/** Sales rules, by name. */
export const salesRuleNames: NameLookup = {
  kind: "salesRule",
  noun: "sales rule",
  list: "list_sales_rules",
  scope: "sales:read",
  called: ({ tenant }, name) => calledIn(tenant, table, name),
  near: ({ tenant }, name) => nearIn(tenant, table, name),
};
