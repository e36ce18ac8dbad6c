import { listCalls } from "../calls/list-calls.ts";
import { gateOf } from "../gate/gate.ts";
import { CallRows } from "./call-rows.tsx";
import { Choice, More } from "./forms.tsx";
import { Empty, Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { linkTo, tenantOfVisit } from "./visit.ts";

/** `/settings/log`: the calls of assistants, the newest first, of one credential or session if asked so. */
export const logPage: Page = {
  path: "/settings/log",
  needs: "manage",
  async show(visit) {
    const { words, env, workspace, query } = visit;
    const gate = gateOf(env, workspace.id);
    const credential = query.get("credential") ?? "";
    const session = query.get("session") ?? "";
    const [page, tokens, grants] = await Promise.all([
      listCalls(tenantOfVisit(visit), {
        credential: session === "" && credential !== "" ? credential : undefined,
        session: session === "" ? undefined : session,
        cursor: query.get("cursor") ?? undefined,
        limit: 50,
      }),
      gate.listTokens(),
      gate.listGrants(),
    ]);
    const credentials = [
      ...tokens.map(({ id, name }) => [id, name] as const),
      ...grants.map(({ id, clientName, email }) => [id, `${clientName} (${email ?? "–"})`] as const),
    ];
    return {
      title: words.nav.log,
      at: "/settings/log",
      body: (
        <>
          <form class="filters">
            <Choice
              name="credential"
              label={words.log.credential}
              chosen={credential}
              options={[["", words.all], ...credentials]}
            />
            <button type="submit" class="quiet">
              {words.show}
            </button>
          </form>
          {session !== "" && (
            <p>
              {words.log.ofSession} <a href={linkTo(visit, "/settings/log")}>{words.withoutFilters}</a>
            </p>
          )}
          <div id="calls" data-live data-stream={linkTo(visit, "/live/calls")}>
            <CallRows visit={visit} calls={page.items} />
            <More visit={visit} cursor={page.nextCursor} />
          </div>
        </>
      ),
    };
  },
};

/** Sessions that the page shows. */
const SHOWN = 200;

/** `/settings/sessions`: the clients that are or were connected. */
export const sessionsPage: Page = {
  path: "/settings/sessions",
  needs: "manage",
  async show(visit) {
    const { words, env, workspace } = visit;
    const sessions = (await gateOf(env, workspace.id).listSessions()).slice(0, SHOWN);
    return {
      title: words.nav.sessions,
      at: "/settings/sessions",
      body: (
        <>
          <p>{words.sessions.about}</p>
          {sessions.length === 0 ? (
            <Empty>
              {words.sessions.empty} <a href={linkTo(visit, "/settings/mcp")}>{words.nav.mcp}</a>
            </Empty>
          ) : (
            <ul class="rows">
              {sessions.map((session) => (
                <li>
                  <a class="main" href={linkTo(visit, "/settings/log", { session: session.id })}>
                    <Said text={session.client ?? words.sessions.unnamed} /> {session.clientVersion ?? ""}
                  </a>
                  <span class={session.endedAt === null ? "tag active" : "tag revoked"}>
                    {session.endedAt === null ? words.sessions.open : words.sessions.ended}
                  </span>
                  <span class="when">
                    {words.lastUse}: <Time visit={visit} at={session.lastSeenAt} />
                  </span>
                  <small>
                    {session.credentialName} · {words.sessions.calls(session.calls)} ·{" "}
                    {session.protocolVersion ?? session.transport}
                  </small>
                </li>
              ))}
            </ul>
          )}
        </>
      ),
    };
  },
};
