import { z } from "zod";
import type { Options } from "./forms.tsx";
import type { Filter } from "./listing.tsx";
import { use } from "./use.ts";
import type { Visit } from "./visit.ts";

/** Filters and values that several lists have. */

const chatbotsSchema = z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) });

/** The chatbots by their ids. */
export async function chatbotsToChoose(visit: Visit): Promise<Options> {
  const { items } = chatbotsSchema.parse(await use(visit, "list_chatbots", { limit: 100 }));
  return items.map((one) => [one.id, one.name] as const);
}

/** The chatbots that a form offers, or none of them. */
export async function chatbotOptions(visit: Visit): Promise<Options> {
  return [["", visit.words.nobody], ...(await chatbotsToChoose(visit))];
}

/** Only what belongs to a chatbot. */
export const ofChatbot: Filter = {
  name: "chatbotId",
  label: "chatbot",
  kind: "choice",
  options: chatbotsToChoose,
};

/** A choice whose values are known, each shown by its own words. */
export const choice = (name: string, label: Filter["label"], values: readonly string[]): Filter => ({
  name,
  label,
  kind: "choice",
  options: ({ words }) => values.map((one) => [one, words.values[one as keyof typeof words.values] ?? one]),
});

/** A value of the tools in the reader's words. */
export const valued = ({ words }: Visit, value: string): string =>
  words.values[value as keyof typeof words.values] ?? value;
