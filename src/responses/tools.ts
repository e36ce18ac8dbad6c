import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { checkChatbot } from "../chatbots/store.ts";
import { type ContactBrief, contactBriefs } from "../contacts/lookup.ts";
import { idInput } from "../conversations/filters.ts";
import { momentInput } from "../figures/days.ts";
import { shownValue } from "../flows/graph/placeholders.ts";
import { cursorInput, limitInput, pageInput, pageOutput } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { listResponses } from "./list.ts";
import { firstAnswers, getResponse, latestAnswers, latestSteps, type StoredAnswer } from "./read.ts";
import type { Response } from "./record.ts";
import { RESPONSE_STATUSES } from "./schema.ts";

/** Answers of each response in a list, and how much of each. */
const BRIEF_ANSWERS = 5;
const BRIEF_VALUE = 100;
/** Answers and steps of one response that are read, and how much of them is shown, in characters of JSON. */
const MAX_ANSWERS = 200;
const MAX_STEPS = 300;
const ANSWERS_ROOM = 30_000;
const PATH_ROOM = 20_000;

const time = z.iso.datetime();

const answerRow = z.object({
  nodeId: z.string(),
  flowId: z.string(),
  question: z.string().describe("What the node asks, as its author wrote it"),
  variable: z.string().nullable(),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
  at: time,
});

const responseFacts = z.object({
  id: z.string(),
  status: z.enum(RESPONSE_STATUSES),
  startedAt: time,
  completedAt: time.nullable().describe("When the flow came to an end; null unless completed"),
  endedAt: time.nullable().describe("Completed, handed off, abandoned or failed"),
  flowId: z.string().describe("The flow that it began in"),
  versionId: z.string(),
  contact: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  conversationId: z.string().nullable(),
  inboxId: z.string().nullable(),
  answerCount: z.int(),
});

function iso(at: number): string {
  return new Date(at).toISOString();
}

function showFacts(
  response: Response,
  contacts: ReadonlyMap<string, ContactBrief>,
): z.input<typeof responseFacts> {
  const { id, status, endedAt, flowId, versionId, contactId, conversationId, inboxId, answerCount } =
    response;
  const ended = endedAt === null ? null : iso(endedAt);
  return {
    ...{ id, status, flowId, versionId, conversationId, inboxId, answerCount },
    startedAt: iso(response.startedAt),
    completedAt: status === "completed" ? ended : null,
    endedAt: ended,
    contact: contactId === null ? null : { id: contactId, name: contacts.get(contactId)?.name ?? null },
  };
}

function showAnswer(answer: StoredAnswer): z.input<typeof answerRow> {
  const { nodeId, flowId, question, variable, value, createdAt } = answer;
  return { nodeId, flowId, question, variable, value, at: iso(createdAt) };
}

/** The contacts of these responses, by id. */
function contactsOf(tenant: Tenant, list: readonly Response[]): Promise<Map<string, ContactBrief>> {
  return contactBriefs(tenant, [...new Set(list.flatMap(({ contactId }) => contactId ?? []))]);
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

export const responseTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "list_responses",
    title: "List responses",
    description:
      "Lists how visitors went through a chatbot's flow, newest first: when each began and ended, and first answers.",
    phrases:
      "what did people reply to our survey, who filled it in, answers given to the bot, survey results, " +
      "form entries, who completed the questionnaire, submissions, flow sessions, what did visitors enter, " +
      "results of the quiz, collected form data",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", startDate: "2027-01-01", limit: 20 },
    input: z.strictObject({
      chatbotId: idInput,
      startDate: momentInput.optional().describe("Began from this day or time on"),
      endDate: momentInput.optional().describe("Day (whole) or time"),
      cursor: cursorInput,
      limit: limitInput(),
      page: pageInput,
    }),
    output: pageOutput(
      responseFacts.extend({
        answers: z
          .array(z.object({ question: z.string(), variable: z.string().nullable(), value: z.string() }))
          .describe(`The first ${BRIEF_ANSWERS}, cut to ${BRIEF_VALUE} characters`),
      }),
    ),
    async run({ tenant }, { cursor, limit, page, ...filters }) {
      const [found] = await Promise.all([
        listResponses(tenant, filters, { cursor, limit, page }),
        checkChatbot(tenant, filters.chatbotId),
      ]);
      const ids = found.items.map(({ id }) => id);
      const [contacts, answers] = await Promise.all([
        contactsOf(tenant, found.items),
        firstAnswers(tenant, ids, BRIEF_ANSWERS),
      ]);
      const brief = ({ question, variable, value }: StoredAnswer) => ({
        question: question.slice(0, BRIEF_VALUE).toWellFormed(),
        variable,
        value: shownValue(value).slice(0, BRIEF_VALUE).toWellFormed(),
      });
      return {
        ...found,
        items: found.items.map((response) => ({
          ...showFacts(response, contacts),
          answers: (answers.get(response.id) ?? []).map(brief),
        })),
      };
    },
  }),
  defineTool({
    ...facts,
    name: "get_response",
    title: "Get response",
    description:
      "Answers one visitor's way through a chatbot's flow: all answers, and the path node by node.",
    phrases:
      "one submission in full, what did this visitor answer to each question, a single filled in form, " +
      "details of a response, single entry, what did this person answer, open the submission",
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", responseId: "rs_01kajq3v7e8m2n4p6r8t0v" },
    input: z.strictObject({ chatbotId: idInput, responseId: idInput }),
    output: z.object({
      response: responseFacts,
      answers: z.array(answerRow).describe("In the order in which they were given"),
      earlierAnswers: z.boolean().describe("There are earlier ones than those shown"),
      path: z
        .array(
          z.object({
            flowId: z.string(),
            nodeId: z.string(),
            handle: z.string().nullable().describe("How it was left; null: not left, or by a goto"),
            reply: z
              .enum(["awaited", "given"])
              .nullable()
              .describe("Where it waits for the visitor: given once a reply led on"),
            at: time,
          }),
        )
        .describe("In order"),
      earlierPath: z.boolean(),
    }),
    async run({ tenant }, { chatbotId, responseId }) {
      const [response] = await Promise.all([
        getResponse(tenant, chatbotId, responseId),
        checkChatbot(tenant, chatbotId),
      ]);
      const [contacts, answers, steps] = await Promise.all([
        contactsOf(tenant, [response]),
        latestAnswers(tenant, responseId, MAX_ANSWERS),
        latestSteps(tenant, responseId, MAX_STEPS),
      ]);
      const shownAnswers = lastThatFit(answers.map(showAnswer), ANSWERS_ROOM);
      const path = lastThatFit(
        steps.map(({ flowId, nodeId, handle, reply, createdAt }) => ({
          ...{ flowId, nodeId, handle, reply },
          at: iso(createdAt),
        })),
        PATH_ROOM,
      );
      return {
        response: showFacts(response, contacts),
        answers: shownAnswers,
        earlierAnswers: shownAnswers.length < response.answerCount,
        path,
        earlierPath: path.length < response.stepCount,
      };
    },
  }),
];
