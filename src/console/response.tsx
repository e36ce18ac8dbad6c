import { z } from "zod";
import { detailPage } from "./detail.tsx";
import { Said, Time } from "./layout.tsx";
import { valued } from "./list-filters.ts";
import { linkTo, param } from "./visit.ts";

/** `/chatbots/<chatbot>/responses/<response>`: what somebody answered on their way through the flow. */
export const responsePage = detailPage({
  path: "/chatbots/:chatbot/responses/:response",
  at: "/chatbots",
  needs: "responses:read",
  tool: "get_response",
  args: (visit) => ({ chatbotId: param(visit, "chatbot"), responseId: param(visit, "response") }),
  answer: z.object({
    response: z.object({
      status: z.string(),
      startedAt: z.string(),
      flowName: z.string().nullable(),
      contact: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
      conversationId: z.string().nullable(),
      inboxName: z.string().nullable(),
    }),
    answers: z.array(
      z.object({
        question: z.string(),
        value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
        at: z.string(),
      }),
    ),
  }),
  title: ({ response }, { words }) => response.contact?.name ?? words.unnamed,
  facts: ({ response }, visit) => [
    ["status", <span class="tag">{valued(visit, response.status)}</span>],
    ["created", <Time visit={visit} at={response.startedAt} />],
    [
      "conversation",
      response.conversationId ? (
        <a href={linkTo(visit, `/inbox/${response.conversationId}`)}>{response.inboxName}</a>
      ) : (
        "–"
      ),
    ],
  ],
  body: ({ answers }, visit) => (
    <>
      <h2>{visit.words.columns.answers}</h2>
      <dl>
        {answers.map(({ question, value }) => (
          <>
            <dt>
              <Said text={question} />
            </dt>
            <dd>
              <Said text={Array.isArray(value) ? value.join(", ") : String(value)} />
            </dd>
          </>
        ))}
      </dl>
    </>
  ),
});
