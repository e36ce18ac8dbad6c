import type { ContactDetails } from "../contacts/lookup.ts";
import { CONTACT_FIELDS } from "../flows/graph/node-data.ts";
import type { Variables } from "../flows/graph/placeholders.ts";

/** What the engine provides to every flow: the contact's fields as they are now, and the channel. */
export function providedVariables(contact: ContactDetails, channel: string): Variables {
  const own = CONTACT_FIELDS.flatMap((field): [string, string][] => {
    const value = contact[field];
    return value === null ? [] : [[`contact.${field}`, value]];
  });
  const custom = contact.customFields.map(({ key, value }): [string, Variables[string]] => [
    `field.${key}`,
    value,
  ]);
  return { ...Object.fromEntries([...own, ...custom]), channel };
}
