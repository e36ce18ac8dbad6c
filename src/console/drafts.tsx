import { z } from "zod";
import { attachmentOutput } from "../conversations/answers.ts";
import { MAX_TEXT } from "../conversations/append.ts";
import { DRAFT_STATUSES, discardDraft, getDraft, type Reviewer, sendDraft } from "../conversations/drafts.ts";
import { getMessage, latestMessages } from "../conversations/read.ts";
import { textInput } from "../conversations/tools/text.ts";
import { tellNews } from "../http/news.ts";
import { Failure } from "../tenant/failure.ts";
import { WordDifference } from "./difference.tsx";
import { Files } from "./files.tsx";
import { Action, Choice, LongText, More, Press, Problem, type Refused, typed } from "./forms.tsx";
import { Empty, Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { use } from "./use.ts";
import { linkTo, may, param, tenantOfVisit, type Visit } from "./visit.ts";

const draftRow = z.object({
  id: z.string(),
  conversationId: z.string(),
  status: z.enum(DRAFT_STATUSES),
  text: z.string(),
  attachments: z.array(attachmentOutput).optional(),
  author: z.object({ name: z.string() }),
  createdAt: z.string(),
});
const listed = z.object({ items: z.array(draftRow), nextCursor: z.string().nullable() });
type DraftRow = z.output<typeof draftRow>;

/** Drafts that the visitor may see, newest first. */
export async function listedDrafts(visit: Visit, args: object) {
  return listed.parse(await use(visit, "list_draft_replies", args));
}

/** A draft in a list or below its conversation. */
export function DraftCard({ visit, draft }: { visit: Visit; draft: DraftRow }) {
  const { words } = visit;
  return (
    <article class="draft">
      <p class="meta">
        <strong>{words.drafts.by(draft.author.name)}</strong> <Time visit={visit} at={draft.createdAt} />
        <span class={`tag ${draft.status}`}>{words.draftStatuses[draft.status]}</span>
      </p>
      <p class="text">
        <Said text={draft.text} />
      </p>
      <Files files={draft.attachments} />
      <p>
        <a class="button quiet" href={linkTo(visit, `/drafts/${draft.id}`)}>
          {draft.status === "pending" || draft.status === "approved"
            ? words.drafts.review
            : words.drafts.look}
        </a>
      </p>
    </article>
  );
}

/** `/drafts`: what assistants wrote and a person has to decide on. */
export const draftsPage: Page = {
  path: "/drafts",
  needs: "drafts:read",
  async show(visit) {
    const { words, query } = visit;
    const status = query.get("status") ?? "pending";
    const page = await listedDrafts(visit, {
      status: status === "all" ? "" : status,
      cursor: query.get("cursor") ?? "",
      limit: 25,
    });
    return {
      title: words.nav.drafts,
      at: "/drafts",
      body: (
        <>
          <form class="filters">
            <Choice
              name="status"
              label={words.status}
              chosen={status}
              options={[
                ...DRAFT_STATUSES.map((one) => [one, words.draftStatuses[one]] as const),
                ["all", words.all],
              ]}
            />
            <button type="submit" class="quiet">
              {words.show}
            </button>
          </form>
          <div id="drafts" data-live data-stream={linkTo(visit, "/live")}>
            {page.items.length === 0 ? (
              <Empty>
                {words.drafts.empty} <a href={linkTo(visit, "/settings/mcp")}>{words.nav.mcp}</a>
              </Empty>
            ) : (
              page.items.map((draft) => <DraftCard visit={visit} draft={draft} />)
            )}
            <More visit={visit} cursor={page.nextCursor} />
          </div>
        </>
      ),
    };
  },
};

/** Messages before a draft that its reviewer is shown. */
const BEFORE = 6;

/** `/drafts/<draft>`: what it answers, what the assistant wrote, what will be sent instead, and the decision. */
export const draftPage: Page = {
  path: "/drafts/:draft",
  needs: "drafts:read",
  async show(visit, refused) {
    const { words } = visit;
    const tenant = tenantOfVisit(visit);
    const draft = await getDraft(tenant, param(visit, "draft"));
    const notes = may(visit, "notes:read");
    const [{ items }, sent] = await Promise.all([
      latestMessages(tenant, draft.conversationId, { notes, limit: BEFORE }),
      draft.sentMessageId === null ? null : getMessage(tenant, draft.sentMessageId),
    ]);
    const open = draft.status === "pending" || draft.status === "approved";
    return {
      title: words.drafts.title,
      at: "/drafts",
      body: (
        <>
          <p>
            {words.drafts.by(draft.authorName)}, <Time visit={visit} at={draft.createdAt} />{" "}
            <span class={`tag ${draft.status}`}>{words.draftStatuses[draft.status]}</span>{" "}
            <a href={linkTo(visit, `/inbox/${draft.conversationId}`)}>{words.drafts.conversation}</a>
          </p>
          <h2>{words.drafts.before}</h2>
          <ol class="messages short" tabindex={0}>
            {items.map((one) => (
              <li class={one.kind === "message" ? one.direction : one.kind}>
                <p class="meta">
                  <strong>
                    <Said text={one.senderName || words.unnamed} />
                  </strong>{" "}
                  <Time visit={visit} at={one.createdAt} />
                </p>
                <p class="text">
                  <Said text={one.body} />
                </p>
              </li>
            ))}
          </ol>
          <h2>{words.drafts.written}</h2>
          <blockquote class="text">
            <Said text={draft.text} />
          </blockquote>
          {sent && (
            <>
              <h2>{words.drafts.sent}</h2>
              <WordDifference visit={visit} from={draft.text} to={sent.body} />
            </>
          )}
          {open && may(visit, "conversations:reply") && (
            <Edit visit={visit} text={draft.text} seen={draft.text} refused={refused} />
          )}
        </>
      ),
    };
  },
  actions: {
    review: {
      needs: "conversations:reply",
      async take(visit, form) {
        const draft = await getDraft(tenantOfVisit(visit), param(visit, "draft"));
        const text = messageText(form);
        const { words } = visit;
        return {
          title: words.drafts.difference,
          at: "/drafts",
          body: (
            <>
              {(await seenAs(form.get("seen"), draft.text)) ? null : (
                <p class="problem" role="alert">
                  {words.drafts.rewritten}
                </p>
              )}
              <WordDifference visit={visit} from={draft.text} to={text} />
              <div class="buttons">
                <Press
                  name="send"
                  label={words.drafts.send}
                  values={{ text, seen: await fingerprint(draft.text) }}
                />
                <Press name="edit" label={words.drafts.editOn} values={{ text }} />
                <Press name="discard" label={words.drafts.discard} danger />
              </div>
            </>
          ),
        };
      },
    },
    edit: {
      needs: "conversations:reply",
      async take(visit, form) {
        const draft = await getDraft(tenantOfVisit(visit), param(visit, "draft"));
        const { words } = visit;
        return {
          title: words.drafts.title,
          at: "/drafts",
          body: (
            <>
              <h2>{words.drafts.written}</h2>
              <blockquote class="text">
                <Said text={draft.text} />
              </blockquote>
              <Edit visit={visit} text={form.get("text") ?? draft.text} seen={draft.text} refused={null} />
            </>
          ),
        };
      },
    },
    send: {
      needs: "conversations:reply",
      async take(visit, form) {
        const tenant = tenantOfVisit(visit);
        const { env, requestId, principal } = visit;
        const draft = await getDraft(tenant, param(visit, "draft"));
        if (!(await seenAs(form.get("seen"), draft.text))) {
          throw new Failure("conflict", visit.words.drafts.rewritten);
        }
        const text = messageText(form);
        const sending = { tenant, env, requestId, shard: principal.shard };
        await sendDraft(sending, draft.id, reviewerOf(visit), { seen: draft.text, text });
        return { to: `/inbox/${draft.conversationId}`, done: "sent" };
      },
    },
    discard: {
      needs: "conversations:reply",
      async take(visit) {
        const draft = await discardDraft(tenantOfVisit(visit), param(visit, "draft"), reviewerOf(visit));
        visit.c.executionCtx.waitUntil(tellNews(visit.env, visit.workspace.id, visit.requestId));
        return { to: `/inbox/${draft.conversationId}`, done: "discarded" };
      },
    },
  },
};

function reviewerOf({ principal }: Visit): Reviewer {
  return { id: principal.member.id, name: principal.member.name };
}

/** What was typed as a message, by the rule of the tools. Browsers send line ends as CR and LF. */
function messageText(form: URLSearchParams): string {
  const parsed = textInput.safeParse((form.get("text") ?? "").replaceAll("\r\n", "\n"));
  if (parsed.success) return parsed.data;
  throw new Failure("invalid_input", `text: ${parsed.error.issues[0]?.message ?? "not valid"}.`);
}

/** Which text somebody saw: forms carry this in place of the whole of it. */
async function fingerprint(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

async function seenAs(seen: string | null, text: string): Promise<boolean> {
  return seen === (await fingerprint(text));
}

interface EditProps {
  visit: Visit;
  text: string;
  /** The draft's text that is being decided on. */
  seen: string;
  refused: Refused | null;
}

async function Edit({ visit, text, seen, refused }: EditProps) {
  const { words } = visit;
  return (
    <>
      <Problem refused={refused} />
      <Action name="review">
        <input type="hidden" name="seen" value={await fingerprint(seen)} />
        <LongText
          name="text"
          label={words.drafts.toSend}
          value={typed(refused, "text", text)}
          rows={6}
          maxLength={MAX_TEXT}
        />
        <button type="submit">{words.drafts.compare}</button>
      </Action>
      <Press name="discard" label={words.drafts.discard} danger />
    </>
  );
}
