import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { deleteCustomField } from "../custom-fields.ts";
import { deleteTag, type TagCarrier } from "../delete-tag.ts";

const facts = {
  toolset: "contacts",
  scope: "settings:write",
  grantScope: "contacts:delete",
  hints: HINTS.D,
  untrusted: [],
} as const;

const removed = {
  deleted: z.boolean().describe("False where very many have it: call it again to go on"),
  contacts: z.int().describe("From how many it went now"),
};

/** Taking back what create_tag and create_custom_field made. */
export const contactRemovalTools = (carriers: readonly TagCarrier[]): readonly Tool[] => [
  defineTool({
    ...facts,
    name: "delete_tag",
    title: "Delete tag",
    description:
      "Deletes a tag for good and takes it off every contact and conversation; these stay. remove_contact_tags takes it off one.",
    phrases:
      "we do not need this label any more, drop a segment altogether, clean up old labels, remove a label " +
      "from the whole workspace, tag should not exist, get rid of a tag",
    example: { tagId: "tg_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ tagId: reference("tag") }),
    output: () => z.object({ id: z.string(), ...removed }),
    async run({ tenant }, { tagId }) {
      return { id: tagId, ...(await deleteTag(tenant, tagId, carriers)) };
    },
  }),
  defineTool({
    ...facts,
    name: "delete_custom_field",
    title: "Delete custom field",
    description: "Deletes a custom field for good, with the values that contacts have in it.",
    phrases:
      "attribute is no longer needed, remove a property from all customers, drop the field birthday, stop " +
      "keeping the shirt size, field was created by mistake, get rid of an attribute",
    example: { field: "cf_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ field: reference("customField").describe("Key, label or id") }),
    output: () => z.object({ id: z.string(), key: z.string(), ...removed }),
    async run({ tenant }, { field }) {
      const { id, key, contacts, deleted } = await deleteCustomField(tenant, field);
      return { id, key, contacts, deleted };
    },
  }),
];
