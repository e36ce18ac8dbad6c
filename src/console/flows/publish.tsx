import { z } from "zod";
import { RUNNING, visitorsUnderWay } from "../../flows/run/sessions.ts";
import { Action, Problem, typed } from "../forms.tsx";
import type { Page } from "../page.ts";
import { use } from "../use.ts";
import { tenantOfVisit, type Visit } from "../visit.ts";
import { FlowChanges } from "./difference.tsx";
import { flowPath, nodeTitle, ofChatbot, type ReadFlow, readFlow } from "./draft.ts";
import { FlowLinks, FlowState } from "./page.tsx";
import { FlowProblems } from "./problems.tsx";

const NOTHING = { nodes: [], edges: [] };
const published = z.object({ sessionsChanged: z.number() });

/** `/chatbots/<chatbot>/flow/publish`: what changes, for whom, and the decision. */
export const publishPage: Page = {
  path: "/chatbots/:chatbot/flow/publish",
  needs: "flows:publish",
  actions: {
    publish: {
      needs: "flows:publish",
      async take(visit, form) {
        const args = { ...ofChatbot(visit), running: form.get("running") ?? "" };
        published.parse(await use(visit, "publish_flow_version", args));
        return { to: flowPath(visit), done: "published" };
      },
    },
  },
  async show(visit, refused) {
    const { words } = visit;
    const t = words.publishPage;
    const flow = await readFlow(visit);
    const live = flow.flow.published === null ? null : await readFlow(visit, "live");
    return {
      title: t.title,
      at: "/chatbots",
      body: (
        <>
          <FlowLinks visit={visit} />
          <FlowState visit={visit} flow={flow} />
          <h2>{live === null ? t.first : t.changes}</h2>
          <FlowChanges visit={visit} before={live ?? NOTHING} after={flow} />
          <h2>{t.underWay}</h2>
          <UnderWay visit={visit} flow={flow} live={live} />
          {flow.problems.length > 0 && (
            <>
              <h2>{words.flowPage.problems(flow.problems.length)}</h2>
              <FlowProblems problems={flow.problems} />
            </>
          )}
          {flow.errors > 0 ? (
            <p class="warning">{t.errorsFirst}</p>
          ) : (
            <Action name="publish" class="wide">
              <Problem refused={refused} of="publish" />
              <fieldset>
                <legend>{words.columns.running}</legend>
                {RUNNING.map((one) => (
                  <label class="option">
                    <input
                      type="radio"
                      name="running"
                      value={one}
                      checked={typed(refused, "running", "keep") === one}
                    />
                    <span>
                      {words.running[one]}
                      <small>{t.meaning[one]}</small>
                    </span>
                  </label>
                ))}
              </fieldset>
              <button type="submit">{words.forms.publishFlow}</button>
            </Action>
          )}
        </>
      ),
    };
  },
};

/** Who is in the flow now, and where they wait. */
async function UnderWay({ visit, flow, live }: { visit: Visit; flow: ReadFlow; live: ReadFlow | null }) {
  const { words } = visit;
  const t = words.publishPage;
  const { count, isAll, at } = await visitorsUnderWay(tenantOfVisit(visit), flow.flow.id);
  if (count === 0) return <p>{t.nobody}</p>;
  const nodes = new Map([...(live?.nodes ?? []), ...flow.nodes].map((node) => [node.id, node]));
  const gone = (id: string) => !flow.nodes.some((node) => node.id === id);
  return (
    <>
      <p>{isAll ? t.visitors(count) : t.moreThan(count)}</p>
      <ul>
        {at.map(({ nodeId, visitors }) => {
          const node = nodes.get(nodeId);
          return (
            <li>
              {t.visitors(visitors)} – {node ? nodeTitle(words, node) : nodeId}
              {gone(nodeId) && <strong> ({t.gone})</strong>}
            </li>
          );
        })}
      </ul>
    </>
  );
}
