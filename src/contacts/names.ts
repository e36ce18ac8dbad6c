import type { NameLookup } from "../calls/references.ts";
import { sameName } from "../tenant/by-name.ts";
import { isId } from "../tenant/ids.ts";
import { fieldsByLabel, KEY_PATTERN } from "./custom-fields.ts";
import { contactsCalled, namesContact } from "./lookup.ts";
import { listTags, tagsCalled } from "./tags.ts";

/** Tags among which one that is nearly called so is looked for. */
const LOOKED_AT = 500;

/** Contacts by email and phone (by name they are only offered), tags by name, custom fields by key and label. */
export const contactNames: readonly NameLookup[] = [
  {
    kind: "contact",
    noun: "contact",
    list: "list_contacts",
    scope: "contacts:read",
    onlyOffered: true,
    asId: (text) => (namesContact(text) ? text : null),
    called: ({ tenant }, name) => contactsCalled(tenant, name, "exactly"),
    near: ({ tenant }, name) => contactsCalled(tenant, name, "beginning"),
  },
  {
    kind: "tag",
    noun: "tag",
    list: "list_tags",
    scope: "contacts:read",
    called: ({ tenant }, name) => tagsCalled(tenant, name),
    near: async ({ tenant }) => (await listTags(tenant, { limit: LOOKED_AT })).items,
  },
  {
    kind: "customField",
    noun: "custom field",
    list: "list_custom_fields",
    scope: "contacts:read",
    asId: (text) => (isId("customField", text) || KEY_PATTERN.test(text) ? text : null),
    called: async ({ tenant }, label) => sameName(label, await fieldsByLabel(tenant)),
    near: ({ tenant }) => fieldsByLabel(tenant),
  },
];
