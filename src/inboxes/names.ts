import type { NameLookup } from "../calls/references.ts";
import { calledIn, type NamedTable, nearIn } from "../tenant/by-name.ts";
import { inboxes } from "./schema.ts";

const table: NamedTable = {
  table: "inboxes",
  index: "inboxes_by_name",
  name: "name",
  seen: (tenant) => tenant.visible(inboxes.id),
};

/** Inboxes, by name: those that the caller may see. */
export const inboxNames: NameLookup = {
  kind: "inbox",
  noun: "inbox",
  list: "list_channels",
  scope: "channels:read",
  called: ({ tenant }, name) => calledIn(tenant, table, name),
  near: ({ tenant }, name) => nearIn(tenant, table, name),
};
