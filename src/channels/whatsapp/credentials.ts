import { z } from "zod";
import type { Connected } from "../channel.ts";

/** What is sealed of a connection. */
const credentialsSchema = z.object({
  token: z.string(),
  appSecret: z.string(),
  phoneNumberId: z.string(),
  businessAccountId: z.string(),
});
export type Credentials = z.output<typeof credentialsSchema>;

export function credentialsOf({ credentials }: Pick<Connected, "credentials">): Credentials {
  return credentialsSchema.parse(credentials);
}
