import { eq } from "drizzle-orm";
import type { Tenant } from "../tenant/tenant.ts";
import { chatbots } from "./schema.ts";
import type { AiSettings } from "./settings.ts";
import type { Chatbot } from "./store.ts";

/** Everything about a chatbot that decides how its AI answers. */
export type Answerer = Pick<
  Chatbot,
  "id" | "name" | "disabled" | "language" | "model" | "temperature" | "strictness" | "instructions" | "ai"
>;

/** How a chatbot's AI answers; null where there is no such chatbot. */
export async function readAnswerer(tenant: Tenant, id: string): Promise<Answerer | null> {
  const { name, disabled, language, model, temperature, strictness, instructions, ai } = chatbots;
  const [row] = await tenant.db
    .select({ id: chatbots.id, name, disabled, language, model, temperature, strictness, instructions, ai })
    .from(chatbots)
    .where(tenant.of(chatbots, eq(chatbots.id, id)));
  return row ?? null;
}

/** Whether the AI answers anybody, also where a flow asks it: not while it is off, or people are to answer alone. */
export function aiAnswers({ enabled, mode }: AiSettings): boolean {
  return enabled && mode !== "human_only";
}

/** Whether a conversation is people's from its first message on, and so is open at once. */
export function beginsWithPeople({ enabled, mode }: AiSettings): boolean {
  return enabled && (mode === "human_first" || mode === "human_only");
}
