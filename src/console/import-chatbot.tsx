import { z } from "zod";
import { MAX_DOCUMENT_BYTES } from "../chatbots/document.ts";
import { CONSEQUENCES } from "../chatbots/imported.ts";
import { Failure } from "../tenant/failure.ts";
import { LongText, Problem, type Refused, Text, typed } from "./forms.tsx";
import { type Content, Said } from "./layout.tsx";
import type { Page } from "./page.ts";
import { use } from "./use.ts";
import { linkTo, param, type Visit } from "./visit.ts";

const imported = z.object({
  chatbot: z.object({ id: z.string(), name: z.string() }),
  notCarriedOver: z.array(
    z.object({ consequence: z.enum(CONSEQUENCES), reason: z.string(), nodeIds: z.array(z.string()) }),
  ),
});

const documentSchema = z.record(z.string(), z.unknown());

/** What was chosen as a file, or else pasted. @throws Failure `invalid_input` */
function documentOf(visit: Visit, form: URLSearchParams): Record<string, unknown> {
  const text = [form.get("file"), form.get("pasted")].find((one) => one?.trim()) ?? "";
  try {
    return documentSchema.parse(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    throw new Failure("invalid_input", visit.words.importPage.noJson);
  }
}

/** What the import came to: what could not be brought along, by what it means for visitors. */
function report(visit: Visit, { chatbot, notCarriedOver }: z.output<typeof imported>): Content {
  const { words } = visit;
  const t = words.importPage;
  const groups = Map.groupBy(notCarriedOver, ({ consequence }) => consequence);
  const flow = linkTo(visit, `/chatbots/${chatbot.id}/flow`);
  return {
    title: t.done,
    at: "/chatbots",
    body: (
      <>
        <p class="notice" role="status">
          {t.made(chatbot.name)}
        </p>
        {notCarriedOver.length === 0 && <p>{t.all}</p>}
        {CONSEQUENCES.map((one) => groups.get(one)).map(
          (losses) =>
            losses?.[0] && (
              <>
                <h2>{t.consequences[losses[0].consequence]}</h2>
                <ul>
                  {losses.map(({ reason, nodeIds }) => (
                    <li>
                      <Said text={reason} />{" "}
                      {nodeIds.map((id) => (
                        <>
                          <a href={`${flow}#node-${id}`}>{id}</a>{" "}
                        </>
                      ))}
                    </li>
                  ))}
                </ul>
              </>
            ),
        )}
        <p>
          <a class="button" href={flow}>
            {words.nav.flow}
          </a>
        </p>
      </>
    ),
  };
}

function form(visit: Visit, refused: Refused | null): Content {
  const { words } = visit;
  const t = words.importPage;
  return {
    title: t.title,
    at: "/chatbots",
    body: (
      <>
        <p>{t.about}</p>
        <form method="post" enctype="multipart/form-data" class="wide">
          <input type="hidden" name="do" value="import" />
          <Problem refused={refused} />
          <p class="field">
            <label for="file">{t.file}</label>
            <input id="file" name="file" type="file" accept=".json,application/json" />
          </p>
          <details open={typed(refused, "pasted") !== ""}>
            <summary>{t.paste}</summary>
            <LongText
              name="pasted"
              label={t.pasted}
              value={typed(refused, "pasted")}
              rows={8}
              required={false}
              maxLength={MAX_DOCUMENT_BYTES}
            />
          </details>
          <Text name="name" label={t.name} value={typed(refused, "name")} maxLength={100} />
          <button type="submit">{t.submit}</button>
        </form>
      </>
    ),
  };
}

/** `/chatbot-import`: a chatbot from a file, of ours or of Typebot. */
export const importPage: Page = {
  path: "/chatbot-import",
  needs: "chatbots:write",
  // The document twice at most, pasted and as a file, and what stands around it.
  formBytes: 3 * MAX_DOCUMENT_BYTES,
  actions: {
    import: {
      needs: "chatbots:write",
      async take(visit, sent) {
        const args = { configuration: documentOf(visit, sent), name: sent.get("name")?.trim() ?? "" };
        return report(visit, imported.parse(await use(visit, "import_chatbot", args)));
      },
    },
  },
  async show(visit, refused) {
    return form(visit, refused);
  },
};

/** `/chatbots/<chatbot>/chatbot.json`: a chatbot as a file that the page above takes back. */
export async function chatbotFile(visit: Visit): Promise<Response> {
  const exported = await use(visit, "export_chatbot", { chatbotId: param(visit, "chatbot") });
  const { configuration } = z.object({ configuration: documentSchema }).parse(exported);
  return new Response(JSON.stringify(configuration, null, 2), {
    headers: {
      "Content-Type": "application/json",
      "Content-Disposition": 'attachment; filename="chatbot.json"',
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}
