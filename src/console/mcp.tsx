import { z } from "zod";
import { endpoints } from "../docs/addresses.tsx";
import { clientGuides } from "../docs/clients.ts";
import { publicOrigin } from "../http/addresses.ts";
import { Press, Problem } from "./forms.tsx";
import { Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { use } from "./use.ts";
import { administrationOf, linkTo, may, type Visit } from "./visit.ts";

const usageSchema = z.object({
  plan: z.string(),
  windows: z.array(
    z.object({
      window: z.enum(["minute", "day", "month"]),
      used: z.number(),
      limit: z.number().nullable(),
      remaining: z.number().nullable(),
    }),
  ),
  byTool: z.array(z.object({ name: z.string(), count: z.number() })),
});

const workspaceSchema = z.object({
  ring: z.string(),
  rollouts: z.array(z.object({ feature: z.string(), enabled: z.boolean() })),
});

/** Tools that the page names of those that were called this month. */
const MOST_USED = 10;

/** `/settings/mcp`: whether assistants come in, by which addresses, how clients are set up, and what is left of the plan. */
export const mcpPage: Page = {
  path: "/settings/mcp",
  needs: "workspace:read",
  async show(visit, refused) {
    const { words, env, workspace } = visit;
    const t = words.mcp;
    const [usage, described] = await Promise.all([
      use(visit, "get_api_usage", {}).then((answer) => usageSchema.parse(answer)),
      use(visit, "get_workspace", {}).then((answer) => workspaceSchema.parse(answer)),
    ]);
    const windows = usage.windows.flatMap(({ window, ...used }) =>
      window === "minute" ? [] : [{ window, ...used }],
    );
    const origin = publicOrigin(env);
    const [full, readOnly, sse] = endpoints(origin).map(([, address]) => address);
    const addresses = [
      [t.full, full],
      [t.readOnly, readOnly],
      [t.sse, sse],
      [t.toolsets, `${origin}/mcp?toolsets=contacts,conversations`],
      [t.compact, `${origin}/mcp?mode=compact`],
    ];
    return {
      title: words.nav.mcp,
      at: "/settings/mcp",
      body: (
        <>
          <Problem refused={refused} />
          <section class="card">
            <h2>{workspace.mcpEnabled ? t.isOn : t.isOff}</h2>
            <p>{workspace.mcpEnabled ? t.onMeans : t.offMeans}</p>
            {may(visit, "manage") && (
              <Press
                name={workspace.mcpEnabled ? "off" : "on"}
                label={workspace.mcpEnabled ? t.switchOff : t.switchOn}
                danger={workspace.mcpEnabled}
              />
            )}
          </section>
          <h2>{t.addresses}</h2>
          <dl>
            {addresses.map(([label, address]) => (
              <>
                <dt>{label}</dt>
                <dd>
                  <code data-copyable>{address}</code>
                </dd>
              </>
            ))}
          </dl>
          <p>
            {t.howToSignIn}{" "}
            {may(visit, "manage") && <a href={linkTo(visit, "/settings/tokens")}>{words.tokens.make}</a>}
          </p>
          <h2>{t.guides}</h2>
          {clientGuides(origin).map(({ name, steps, snippets, link, note }) => (
            <details>
              <summary>{name}</summary>
              <ol lang="en">
                {steps.map((step) => (
                  <li>{step}</li>
                ))}
              </ol>
              {link && (
                <p>
                  <a href={link.href}>{link.label}</a>
                </p>
              )}
              {snippets.map(({ title, text }) => (
                <>
                  <h3>{title}</h3>
                  <pre tabindex={0}>
                    <code data-copyable>{text}</code>
                  </pre>
                </>
              ))}
              {note && <p lang="en">{note}</p>}
            </details>
          ))}
          <h2>{t.plan}</h2>
          <dl>
            <dt>{t.planName}</dt>
            <dd>
              {usage.plan}
              {workspace.trialEndsAt !== null && (
                <small>
                  {t.trialEnds} <Time visit={visit} at={workspace.trialEndsAt} />
                </small>
              )}
            </dd>
            {windows.map(({ window, used, limit, remaining }) => (
              <>
                <dt>{t.windows[window]}</dt>
                <dd>
                  {limit === null ? t.unlimited(used) : t.left(remaining ?? 0, limit)}{" "}
                  {limit !== null && (
                    <meter min={0} max={limit} value={used} aria-label={t.windows[window]}>
                      {used}
                    </meter>
                  )}
                </dd>
              </>
            ))}
          </dl>
          <ByTool visit={visit} rows={usage.byTool.slice(0, MOST_USED)} />
          <details>
            <summary>{t.rollouts}</summary>
            <p>{t.ring(described.ring)}</p>
            <ul>
              {described.rollouts.map(({ feature, enabled }) => (
                <li>
                  <code>{feature}</code>: {enabled ? t.enabled : t.notYet}
                </li>
              ))}
            </ul>
          </details>
        </>
      ),
    };
  },
  actions: {
    on: { needs: "manage", take: (visit) => switched(visit, true) },
    off: { needs: "manage", take: (visit) => switched(visit, false) },
  },
};

async function switched(visit: Visit, mcpEnabled: boolean) {
  await administrationOf(visit).updateWorkspace({ mcpEnabled });
  return { to: "/settings/mcp", done: mcpEnabled ? "on" : "off" };
}

/** Calls of this month by tool: a drawn bar for each, and the figure beside it. */
function ByTool({ visit, rows }: { visit: Visit; rows: readonly { name: string; count: number }[] }) {
  const { words } = visit;
  const most = Math.max(1, ...rows.map(({ count }) => count));
  if (rows.length === 0) return <p>{words.mcp.noCalls}</p>;
  return (
    <table class="bars">
      <caption>{words.mcp.byTool}</caption>
      <tbody>
        {rows.map(({ name, count }) => (
          <tr>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect width={(100 * count) / most} height="10" />
              </svg>
            </td>
            <td class="number">{count}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
