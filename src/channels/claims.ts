import { contactNameInput } from "../contacts/fields.ts";
import { phoneInput } from "../contacts/phones.ts";
import type { Incoming } from "./channel.ts";

/** Characters of a name that are kept. */
const MAX_NAME = 200;

/** What a service says of a sender, as far as a contact can have it: a message is never lost for an odd name. */
export function claimed({
  name = "",
  phone = "",
}: {
  name?: string;
  phone?: string;
}): Pick<Incoming["from"], "name" | "phone"> {
  const named = contactNameInput.safeParse(name.slice(0, MAX_NAME).toWellFormed());
  const called = phoneInput.safeParse(phone);
  return {
    ...(named.success ? { name: named.data } : {}),
    ...(called.success ? { phone: called.data } : {}),
  };
}
