import { z } from "zod";
import { Action, Choice, LongText, More, Press, Problem, type Refused, Text, typed } from "./forms.tsx";
import { Marked } from "./knowledge-tries.tsx";
import { type Content, Empty, Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { doingsOf, FormOf, type ToolForm } from "./tool-form.tsx";
import { use } from "./use.ts";
import { linkTo, may, param, type Visit } from "./visit.ts";

const outcome = z.object({
  passed: z.boolean(),
  missing: z.array(z.string()),
  action: z.string(),
  answer: z.string(),
  articles: z.array(z.object({ id: z.string(), title: z.string().nullable() })),
});
const questionRow = z.object({
  id: z.string(),
  question: z.string(),
  expects: z.object({
    articleId: z.string().optional(),
    words: z.array(z.string()).optional(),
    handover: z.boolean().optional(),
  }),
  lastRun: outcome.extend({ at: z.string() }).nullable(),
});
type Question = z.output<typeof questionRow>;
const listed = z.object({ items: z.array(questionRow), nextCursor: z.string().nullable() });
const ran = z.object({
  passed: z.number(),
  failed: z.number(),
  better: z.number(),
  worse: z.number(),
  items: z.array(z.object({ questionId: z.string(), change: z.enum(["new", "better", "worse", "same"]) })),
});
type Ran = z.output<typeof ran>;
const articlesSchema = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) });

const ofChatbot = (visit: Visit) => ({ chatbotId: param(visit, "chatbot") });
const here = (visit: Visit) => `/chatbots/${param(visit, "chatbot")}/questions`;

const REMOVE: ToolForm = {
  heading: "delete",
  tool: "delete_test_question",
  needs: "chatbots:write",
  args: (_, form) => ({ questionId: form.get("question") ?? "" }),
  to: here,
  done: "deleted",
  sure: "deleteQuestion",
};

const HANDOVER = ["", "yes", "no"] as const;

/** What an answer must be, as the form says it. */
function expectsOf(form: URLSearchParams): object {
  const articleId = form.get("articleId") ?? "";
  const words = (form.get("words") ?? "").split(/\r?\n/).flatMap((one) => (one.trim() ? [one.trim()] : []));
  const handover = form.get("handover") ?? "";
  return {
    ...(articleId === "" ? {} : { articleId }),
    ...(words.length === 0 ? {} : { words }),
    ...(handover === "" ? {} : { handover: handover === "yes" }),
  };
}

async function content(visit: Visit, refused: Refused | null, run: Ran | null): Promise<Content> {
  const { words, query } = visit;
  const t = words.questionsPage;
  const args = { ...ofChatbot(visit), cursor: query.get("cursor") ?? "", limit: 50 };
  const page = listed.parse(await use(visit, "list_test_questions", args));
  const changes = new Map(run?.items.map(({ questionId, change }) => [questionId, change]));
  return {
    title: words.nav.questions,
    at: "/chatbots",
    body: (
      <>
        <p>
          <a href={linkTo(visit, `/chatbots/${param(visit, "chatbot")}`)}>{words.chatbot}</a>
        </p>
        <p>{t.about}</p>
        {run && (
          <p class={run.worse > 0 ? "warning" : "notice"} role="status">
            {t.came(run.passed, run.failed)} {t.since(run.better, run.worse)}
          </p>
        )}
        <Problem refused={refused} of="run" />
        {page.items.length === 0 ? (
          <Empty>{words.empty.questions}</Empty>
        ) : (
          <>
            {may(visit, "chatbots:write") && (
              <div class="buttons">
                <Press name="run" label={t.run(page.items.length)} />
              </div>
            )}
            <ul class="rows questions">
              {page.items.map((one) => (
                <QuestionRow visit={visit} question={one} change={changes.get(one.id)} />
              ))}
            </ul>
          </>
        )}
        <More visit={visit} cursor={page.nextCursor} />
        {may(visit, "chatbots:write") && <Make visit={visit} refused={refused} />}
      </>
    ),
  };
}

interface RowProps {
  visit: Visit;
  question: Question;
  change: Ran["items"][number]["change"] | undefined;
}

function QuestionRow({ visit, question: { id, question, expects, lastRun }, change }: RowProps) {
  const { words } = visit;
  const t = words.questionsPage;
  const expected = [
    expects.words && t.withWords(expects.words.join(", ")),
    expects.articleId && t.withArticle,
    expects.handover !== undefined && (expects.handover ? t.handover.yes : t.handover.no),
  ].filter((one) => typeof one === "string");
  return (
    <li>
      <span class="main">
        <Said text={question} />
      </span>
      {lastRun && (
        <span class={lastRun.passed ? "tag active" : "tag revoked"}>
          {lastRun.passed ? t.passed : t.failed}
        </span>
      )}
      {change && change !== "same" && <span class="tag waiting">{t.changes[change]}</span>}
      {lastRun && (
        <span class="when">
          <Time visit={visit} at={lastRun.at} />
        </span>
      )}
      <small>
        {t.expected} <Said text={expected.join("; ")} />{" "}
        {expects.articleId && (
          <a href={linkTo(visit, `/chatbots/${param(visit, "chatbot")}/knowledge/${expects.articleId}`)}>
            {words.open}
          </a>
        )}
      </small>
      {lastRun ? (
        <details open={!lastRun.passed}>
          <summary>{t.answer}</summary>
          <Marked markdown={lastRun.answer} />
          {lastRun.missing.map((one) => (
            <p class="problem">
              <Said text={one} />
            </p>
          ))}
        </details>
      ) : (
        <small>{t.notRun}</small>
      )}
      <FormOf visit={visit} name="remove" form={REMOVE} refused={null} hidden={{ question: id }} />
    </li>
  );
}

async function Make({ visit, refused }: { visit: Visit; refused: Refused | null }) {
  const { words } = visit;
  const t = words.questionsPage;
  const mine = refused?.form.get("do") === "make" ? refused : null;
  const articles = may(visit, "knowledge:read")
    ? articlesSchema.parse(await use(visit, "list_knowledge_base", { ...ofChatbot(visit), limit: 50 })).items
    : [];
  return (
    <details open={mine !== null}>
      <summary>{t.make}</summary>
      <Action name="make" class="wide">
        <Problem refused={mine} />
        <LongText
          name="question"
          label={words.columns.question}
          value={typed(mine, "question")}
          rows={2}
          maxLength={2_000}
        />
        <Text name="words" label={t.words} value={typed(mine, "words")} hint={t.wordsHint} />
        <Choice
          name="articleId"
          label={t.article}
          chosen={typed(mine, "articleId")}
          options={[["", "–"], ...articles.map((one) => [one.id, one.title] as const)]}
        />
        <Choice
          name="handover"
          label={t.handoverLabel}
          chosen={typed(mine, "handover")}
          options={HANDOVER.map((one) => [one, one === "" ? "–" : t.handover[one]] as const)}
        />
        <button type="submit">{words.add}</button>
      </Action>
    </details>
  );
}

/** `/chatbots/<chatbot>/questions`: what the AI's answers are held to, and what came of it last. */
export const questionsPage: Page = {
  path: "/chatbots/:chatbot/questions",
  needs: "chatbots:read",
  actions: {
    ...doingsOf({ remove: REMOVE }),
    make: {
      needs: "chatbots:write",
      async take(visit, form) {
        const question = (form.get("question") ?? "").replaceAll("\r\n", "\n");
        await use(visit, "create_test_question", { ...ofChatbot(visit), question, expects: expectsOf(form) });
        return { to: here(visit), done: "saved" };
      },
    },
    run: {
      needs: "chatbots:write",
      take: async (visit) =>
        content(visit, null, ran.parse(await use(visit, "run_test_questions", ofChatbot(visit)))),
    },
  },
  show: (visit, refused) => content(visit, refused, null),
};
