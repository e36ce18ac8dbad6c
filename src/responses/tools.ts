import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { checkChatbot } from "../chatbots/store.ts";
import { contactBriefs } from "../contacts/lookup.ts";
import { momentInput } from "../figures/days.ts";
import { getFlow } from "../flows/edit/store.ts";
import { namesOf } from "../tenant/names-of.ts";
import { cursorInput, limitInput, pageInput, pageOutput } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { answerRow, briefAnswer, listedRow, pathRow, responseRow } from "./answers.ts";
import { listResponses } from "./list.ts";
import { getResponse, type ResponseFacts } from "./read.ts";

/** How much of one response's answers and path is answered, in characters of their JSON in the row. */
const ANSWERS_ROOM = 28_000;
const PATH_ROOM = 17_000;

/** Each response with what its contact, flow and inbox are called. */
async function withNames<T extends ResponseFacts>(tenant: Tenant, list: readonly T[]) {
  const [contacts, names] = await Promise.all([
    contactBriefs(tenant, [...new Set(list.flatMap(({ contactId }) => contactId ?? []))]),
    namesOf(
      tenant,
      list.flatMap(({ flowId, inboxId }) => [flowId, inboxId]),
    ),
  ]);
  return list.map((response) => {
    const { contactId: id, status, endedAt } = response;
    return {
      ...response,
      completedAt: status === "completed" ? endedAt : null,
      flowName: names.get(response.flowId) ?? null,
      inboxName: names.get(response.inboxId) ?? null,
      contact: id === null ? null : { id, name: contacts.get(id)?.name ?? null },
    };
  });
}

/** The last rows that there is room for, at least one. */
function lastThatFit<T>(rows: readonly T[], room: number): T[] {
  let left = room;
  const from = rows.findLastIndex((row) => {
    left -= JSON.stringify(row).length;
    return left < 0;
  });
  return rows.slice(Math.min(from + 1, rows.length - 1));
}

const facts = {
  toolset: "responses",
  scope: "responses:read",
  hints: HINTS.R,
  untrusted: ["value", "name"],
} as const;

/** Whose responses are asked for: exactly one of the two. */
const owner = {
  chatbotId: reference("chatbot").optional(),
  flowId: reference("flow").optional().describe("In place of chatbotId: of an automation flow"),
};
interface Owner {
  chatbotId?: string;
  flowId?: string;
}
const ONE_OWNER = { error: "Give exactly one of chatbotId and flowId" };

function namesOne({ chatbotId, flowId }: Owner): boolean {
  return (chatbotId === undefined) !== (flowId === undefined);
}

/**
 * What is read of an owner's responses, while it is looked whether it is there.
 * @throws Failure `not_found`
 */
async function ofOwner<T>(
  tenant: Tenant,
  { chatbotId, flowId }: Owner,
  read: (ownerId: string) => Promise<T>,
): Promise<T> {
  if (chatbotId === undefined) {
    const flow = await getFlow(tenant, { flowId });
    return read(flow.chatbotId ?? flow.id);
  }
  const [found] = await Promise.all([read(chatbotId), checkChatbot(tenant, chatbotId)]);
  return found;
}

export const responseTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "list_responses",
    title: "List responses",
    description:
      "Lists how visitors went through a chatbot's flow, or an automation flow, newest first: when each began and ended, and first answers.",
    phrases:
      "what did people reply to our survey, who filled it in, answers given to the bot, survey results, " +
      "form entries, who completed the questionnaire, submissions, flow sessions, what did visitors enter, " +
      "results of the quiz, collected form data",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", startDate: "2027-01-01", limit: 20 },
    input: () =>
      z
        .strictObject({
          ...owner,
          startDate: momentInput.optional().describe("Began from this day or time on"),
          endDate: momentInput.optional().describe("Day (whole) or time"),
          cursor: cursorInput,
          limit: limitInput(),
          page: pageInput,
        })
        .refine(namesOne, ONE_OWNER),
    output: () => pageOutput(listedRow),
    async run({ tenant }, { cursor, limit, page, startDate, endDate, ...whose }) {
      const found = await ofOwner(tenant, whose, (ownerId) =>
        listResponses(tenant, { ownerId, startDate, endDate }, { cursor, limit, page }),
      );
      const items = await withNames(tenant, found.items);
      return {
        ...found,
        items: items.map((item) => ({ ...item, answers: item.firstAnswers.map(briefAnswer) })),
      };
    },
  }),
  defineTool({
    ...facts,
    name: "get_response",
    title: "Get response",
    description: "Answers one visitor's way through a flow: all answers, and the path node by node.",
    phrases:
      "one submission in full, what did this visitor answer to each question, a single filled in form, " +
      "details of a response, single entry, what did this person answer, open the submission",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", responseId: "rs_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ ...owner, responseId: reference("response") }).refine(namesOne, ONE_OWNER),
    output: () =>
      z.object({
        response: responseRow,
        answers: z.array(answerRow).describe("In the order in which they were given"),
        earlierAnswers: z.boolean().describe("There are earlier ones than those shown"),
        path: z.array(pathRow).describe("In order"),
        earlierPath: z.boolean(),
      }),
    async run({ tenant }, { responseId, ...whose }) {
      const { answers, path, ...facts } = await ofOwner(tenant, whose, (ownerId) =>
        getResponse(tenant, ownerId, responseId),
      );
      const [response] = await withNames(tenant, [facts]);
      if (!response) throw new Error("unreachable: one response is given");
      const newest = { answers: lastThatFit(answers, ANSWERS_ROOM), path: lastThatFit(path, PATH_ROOM) };
      return {
        response,
        ...newest,
        earlierAnswers: newest.answers.length < response.answerCount,
        earlierPath: newest.path.length < response.stepCount,
      };
    },
  }),
];
