import { z } from "zod";
import { Action, Choice, Press, Problem, Text, typed } from "../forms.tsx";
import { Time } from "../layout.tsx";
import { listPage, Plain } from "../listing.tsx";
import type { Page } from "../page.ts";
import { doingsOf, FormOf, type ToolForm } from "../tool-form.tsx";
import { use } from "../use.ts";
import { linkTo, may, param, type Visit } from "../visit.ts";
import { FlowChanges } from "./difference.tsx";
import { changeDraft, flowPath, ofChatbot, readFlow } from "./draft.ts";

const versionRow = z.object({
  id: z.string(),
  number: z.number(),
  name: z.string().nullable(),
  live: z.boolean(),
  createdBy: z.object({ name: z.string() }),
  createdAt: z.string(),
});

const toVersions = (visit: Visit) => flowPath(visit, "/versions");

/** As the tool takes it. */
const MAX_VERSION_NAME = 32;

/** Saves the draft as it is as a version. @throws Failure as the tool */
async function saveVersion(visit: Visit, versionName: string): Promise<void> {
  const { nodes, edges, flow } = await readFlow(visit);
  const { revision } = flow;
  await use(visit, "update_chatbot_flow", {
    ...ofChatbot(visit),
    flow: { nodes, edges },
    revision,
    versionName,
  });
}

const MAKE_LIVE: ToolForm = {
  heading: "makeLive",
  tool: "publish_flow_version",
  needs: "flows:publish",
  args: (visit, form) => ({ ...ofChatbot(visit), versionId: form.get("version") ?? "" }),
  to: toVersions,
  done: "published",
  sure: "makeLive",
};

const list = listPage({
  path: "/chatbots/:chatbot/flow/versions",
  at: "/chatbots",
  label: "versions",
  needs: "flows:read",
  tool: "list_flow_versions",
  args: ofChatbot,
  above: (visit) => (
    <p>
      <a href={linkTo(visit, flowPath(visit))}>{visit.words.nav.flow}</a>
    </p>
  ),
  row: versionRow,
  columns: [
    { label: "number", cell: (row) => <>{row.number}</> },
    { label: "name", cell: (row) => <Plain text={row.name} /> },
    {
      label: "status",
      cell: (row, { words }) => (row.live ? <span class="tag active">{words.flowPage.isLive}</span> : "–"),
    },
    { label: "who", cell: (row) => <Plain text={row.createdBy.name} /> },
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.createdAt} /> },
  ],
  opens: (row, visit) => flowPath(visit, `/versions/${row.id}`),
  empty: "versions",
  below: (visit, refused) =>
    may(visit, "flows:write") && (
      <Action name="keep" class="wide">
        <h2>{visit.words.forms.keepVersion}</h2>
        <Problem refused={refused} of="keep" />
        <Text
          name="versionName"
          label={visit.words.columns.name}
          value={typed(refused, "versionName")}
          maxLength={MAX_VERSION_NAME}
          required
        />
        <button type="submit">{visit.words.save}</button>
      </Action>
    ),
  doings: {
    keep: {
      needs: "flows:write",
      async take(visit, form) {
        await saveVersion(visit, form.get("versionName") ?? "");
        return { to: toVersions(visit), done: "saved" };
      },
    },
  },
  rowForms: { restore: { ...MAKE_LIVE, hidden: (row) => ({ version: row.id }) } },
});

const AGAINST = ["before", "draft", "live"] as const;

/** What a version is held against: the one before it unless the address says otherwise; null where there is none. */
async function readAgainst(visit: Visit, against: (typeof AGAINST)[number], number: number) {
  if (against === "draft") return readFlow(visit);
  if (against === "before") return number > 1 ? readFlow(visit, String(number - 1)) : null;
  const flow = await readFlow(visit);
  return flow.flow.published === null ? null : readFlow(visit, "live");
}

const one: Page = {
  path: "/chatbots/:chatbot/flow/versions/:flowVersion",
  needs: "flows:read",
  actions: {
    ...doingsOf({ live: MAKE_LIVE }),
    restore: {
      needs: "flows:write",
      async take(visit) {
        const { nodes, edges } = await readFlow(visit, param(visit, "flowVersion"));
        // What the draft is may stand in no version yet.
        await saveVersion(visit, visit.words.flowChanges.beforeRestore);
        await changeDraft(visit, () => ({ nodes, edges }));
        return { to: flowPath(visit), done: "restored" };
      },
    },
  },
  async show(visit, refused) {
    const { words, query } = visit;
    const t = words.flowChanges;
    const flow = await readFlow(visit, param(visit, "flowVersion"));
    const against = AGAINST.find((other) => other === query.get("against")) ?? "before";
    const { version } = flow;
    if (version === null) throw new Error("A version was asked for, and the draft came.");
    const other = await readAgainst(visit, against, version.number);
    return {
      title: t.version(version.number, version.name),
      at: "/chatbots",
      body: (
        <>
          <p>
            <a href={linkTo(visit, toVersions(visit))}>{words.nav.versions}</a>
          </p>
          <p>
            {version.live && <span class="tag active">{words.flowPage.isLive}</span>} {version.createdBy.name}
            , <Time visit={visit} at={version.createdAt} />
          </p>
          <form class="filters">
            <Choice
              name="against"
              label={t.against}
              chosen={against}
              options={AGAINST.map((one) => [one, t.others[one]] as const)}
            />
            <button type="submit" class="quiet">
              {words.show}
            </button>
          </form>
          <h2>{t.title(against)}</h2>
          {other === null ? (
            <p>{t.noOther}</p>
          ) : against === "before" ? (
            <FlowChanges visit={visit} before={other} after={flow} />
          ) : (
            <FlowChanges visit={visit} before={flow} after={other} />
          )}
          <div class="buttons">
            {!version.live && (
              <FormOf
                visit={visit}
                name="live"
                form={MAKE_LIVE}
                refused={refused}
                hidden={{ version: version.id }}
              />
            )}
            {may(visit, "flows:write") && <Press name="restore" label={words.forms.restoreDraft} />}
          </div>
        </>
      ),
    };
  },
};

export const VERSION_PAGES: readonly Page[] = [list, one];
