import { z } from "zod";
import { MAX_LINES } from "../answers/history.ts";
import { Action, LongText, Problem, type Refused, typed } from "./forms.tsx";
import { Marked } from "./knowledge-tries.tsx";
import { type Content, Said } from "./layout.tsx";
import type { Page } from "./page.ts";
import { use } from "./use.ts";
import { linkTo, may, param, type Visit } from "./visit.ts";

/** What was said before goes with the form: nothing of it is stored. */
const lines = z.array(z.object({ from: z.enum(["visitor", "assistant"]), text: z.string() }));
type Lines = z.output<typeof lines>;

const answerSchema = z.object({
  answer: z.string(),
  links: z.array(z.object({ label: z.string(), url: z.string() })),
  action: z.enum(["answer", "clarify", "handoff", "none"]),
  model: z.string().nullable(),
  confidence: z.number(),
  passages: z.array(
    z.object({ articleId: z.string(), title: z.string(), heading: z.string(), cited: z.boolean() }),
  ),
  products: z.array(z.object({ name: z.string(), cited: z.boolean() })),
  reason: z.string().nullable(),
  found: z.array(z.object({ articleId: z.string(), text: z.string() })),
});
type Answer = z.output<typeof answerSchema>;

function historyOf(form: URLSearchParams | undefined): Lines {
  try {
    return lines.parse(JSON.parse(form?.get("history") ?? "[]")).slice(-MAX_LINES);
  } catch {
    // No form of ours.
    return [];
  }
}

const at = (visit: Visit) => `/chatbots/${param(visit, "chatbot")}/try`;

function content(visit: Visit, history: Lines, answer: Answer | null, refused: Refused | null): Content {
  const { words } = visit;
  const t = words.aiTry;
  return {
    title: t.title,
    at: "/chatbots",
    body: (
      <>
        <p>
          <a href={linkTo(visit, `/chatbots/${param(visit, "chatbot")}`)}>{words.chatbot}</a>
        </p>
        <p>{t.about}</p>
        {history.length > 0 && (
          <ol class="messages" tabindex={0} aria-label={words.thread.messages}>
            {history.map(({ from, text }) => (
              <li class={from === "visitor" ? "out" : "in"}>
                <p class="meta">{from === "visitor" ? words.simulation.visitor : words.chatbot}</p>
                {from === "visitor" ? (
                  <p class="text">
                    <Said text={text} />
                  </p>
                ) : (
                  <Marked markdown={text} />
                )}
              </li>
            ))}
          </ol>
        )}
        {answer && <Why visit={visit} answer={answer} />}
        <Action name="ask" class="wide">
          <Problem refused={refused} of="ask" />
          <input type="hidden" name="history" value={JSON.stringify(history)} />
          <LongText
            name="question"
            label={t.question}
            value={typed(refused, "question")}
            rows={2}
            maxLength={2_000}
          />
          <div class="buttons">
            <button type="submit">{t.ask}</button>
            {history.length > 0 && (
              <a class="button quiet" href={linkTo(visit, at(visit))}>
                {words.simulation.again}
              </a>
            )}
          </div>
        </Action>
      </>
    ),
  };
}

/** How the answer came about: what was found, and what of it was used. */
function Why({ visit, answer }: { visit: Visit; answer: Answer }) {
  const t = visit.words.aiTry;
  return (
    <section class="card" aria-label={t.why}>
      <p>
        <span class={answer.action === "answer" ? "tag active" : "tag waiting"}>
          {t.actions[answer.action]}
        </span>{" "}
        {answer.model ?? t.noModel} {t.confidence(Math.round(answer.confidence * 100))}
      </p>
      {answer.reason && <p>{t.reasons[answer.reason as keyof typeof t.reasons] ?? answer.reason}</p>}
      {answer.links.length > 0 && (
        <ul>
          {answer.links.map(({ label, url }) => (
            <li>
              <a href={url} rel="noopener">
                <Said text={label} />
              </a>
            </li>
          ))}
        </ul>
      )}
      <h2>{t.found}</h2>
      {answer.passages.length + answer.products.length === 0 && <p>{t.nothing}</p>}
      {answer.passages.map(({ articleId, title, heading, cited }, place) => (
        <details>
          <summary>
            {cited && <span class="tag active">{t.cited}</span>} <Said text={title} />
            {heading && (
              <>
                {" › "}
                <Said text={heading} />
              </>
            )}
          </summary>
          <p class="text">
            <Said text={answer.found[place]?.text ?? ""} />
          </p>
          {may(visit, "knowledge:read") && (
            <p>
              <a href={linkTo(visit, `/chatbots/${param(visit, "chatbot")}/knowledge/${articleId}`)}>
                {visit.words.open}
              </a>
            </p>
          )}
        </details>
      ))}
      {answer.products.map(({ name, cited }) => (
        <p>
          {cited && <span class="tag active">{t.cited}</span>} <Said text={name} />
        </p>
      ))}
    </section>
  );
}

/** `/chatbots/<chatbot>/try`: a chat with the chatbot's AI that no visitor sees. */
export const aiTryPage: Page = {
  path: "/chatbots/:chatbot/try",
  needs: "chatbots:read",
  actions: {
    ask: {
      needs: "chatbots:read",
      async take(visit, form) {
        const history = historyOf(form);
        const question = (form.get("question") ?? "").replaceAll("\r\n", "\n");
        const args = { chatbotId: param(visit, "chatbot"), question, history };
        const answer = answerSchema.parse(await use(visit, "simulate_ai_answer", args));
        const said: Lines = [
          { from: "visitor", text: question },
          { from: "assistant", text: answer.answer },
        ];
        return content(visit, [...history, ...said].slice(-MAX_LINES), answer, null);
      },
    },
  },
  async show(visit, refused) {
    // Nothing is asked yet, but the chatbot must be there.
    await use(visit, "get_ai_config", { chatbotId: param(visit, "chatbot") });
    return content(visit, historyOf(refused?.form), null, refused);
  },
};
