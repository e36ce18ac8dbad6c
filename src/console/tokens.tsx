import { listCalls } from "../calls/list-calls.ts";
import { mayUse } from "../calls/permissions.ts";
import { gateOf } from "../gate/gate.ts";
import { getInbox } from "../inboxes/store.ts";
import { notFound } from "../tenant/failure.ts";
import { CallRows } from "./call-rows.tsx";
import { Press, Problem } from "./forms.tsx";
import { inboxOptions } from "./inbox.tsx";
import { Empty, Time } from "./layout.tsx";
import { MadeToken, NewToken, wantedOf } from "./new-token.tsx";
import type { Page } from "./page.ts";
import { administrationOf, linkTo, param, tenantOfVisit } from "./visit.ts";

/** `/settings/tokens`: API keys and bot tokens, their last use, and the form for a new one. */
export const tokensPage: Page = {
  path: "/settings/tokens",
  needs: "manage",
  async show(visit, refused) {
    const { words, env, workspace } = visit;
    const [tokens, inboxes] = await Promise.all([
      gateOf(env, workspace.id).listTokens(),
      inboxOptions(visit),
    ]);
    const names = new Map(inboxes);
    return {
      title: words.nav.tokens,
      at: "/settings/tokens",
      body: (
        <>
          <p>{words.tokens.about}</p>
          {tokens.length === 0 ? (
            <Empty>{words.tokens.empty}</Empty>
          ) : (
            <ul class="rows">
              {tokens.map((token) => (
                <li>
                  <a class="main" href={linkTo(visit, `/settings/tokens/${token.id}`)}>
                    {token.name}
                  </a>
                  <span class="tag">{words.tokens.kinds[token.kind]}</span>
                  <span class={`tag ${stateOf(token)}`}>{words.tokens.states[stateOf(token)]}</span>
                  <span class="when">
                    {words.lastUse}: <Time visit={visit} at={token.lastUsedAt} />
                  </span>
                  <span class="preview">
                    {token.inboxes === null
                      ? words.tokens.allInboxes
                      : token.inboxes.map((id) => names.get(id) ?? id).join(", ")}
                  </span>
                </li>
              ))}
            </ul>
          )}
          <h2 id="new">{words.tokens.make}</h2>
          <NewToken visit={visit} refused={refused} inboxes={inboxes} />
        </>
      ),
    };
  },
  actions: {
    make: {
      needs: "manage",
      async take(visit, form) {
        const { words } = visit;
        const wanted = wantedOf(form, words.tokens.nothingTicked);
        const tenant = tenantOfVisit(visit);
        await Promise.all((wanted.inboxes ?? []).map((inbox) => getInbox(tenant, inbox)));
        const made = await administrationOf(visit).makeToken(wanted);
        return {
          title: words.tokens.made,
          at: "/settings/tokens",
          body: <MadeToken visit={visit} id={made.id} name={made.name} token={made.token} />,
        };
      },
    },
  },
};

type Listed = { revokedAt: number | null; expiresAt: number | null };

function stateOf({ revokedAt, expiresAt }: Listed): "active" | "revoked" | "expired" {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && expiresAt <= Date.now() ? "expired" : "active";
}

/** Calls that a token's page shows; the log has them all. */
const LAST_CALLS = 20;

/** `/settings/tokens/<token>`: what it may do, which tools it sees, what it called, and its end. */
export const tokenPage: Page = {
  path: "/settings/tokens/:token",
  needs: "manage",
  async show(visit, refused) {
    const { words, env, workspace, principal, catalogue } = visit;
    const id = param(visit, "token");
    const [tokens, inboxes] = await Promise.all([
      gateOf(env, workspace.id).listTokens(),
      inboxOptions(visit),
    ]);
    const token = tokens.find((one) => one.id === id);
    if (!token) throw notFound("token", id);
    const log = await listCalls(tenantOfVisit(visit), { credential: id, limit: LAST_CALLS });
    const { kind, scopes, readOnly } = token;
    const seen = { principal: { ...principal, kind, scopes, readOnly, member: null }, toolsets: null };
    const tools = catalogue.tools.filter((tool) => mayUse(tool, seen));
    const names = new Map(inboxes);
    const state = stateOf(token);
    const t = words.tokens;
    return {
      title: token.name,
      at: "/settings/tokens",
      body: (
        <>
          <Problem refused={refused} />
          <dl>
            <dt>{t.kind}</dt>
            <dd>{t.kinds[kind]}</dd>
            <dt>{words.status}</dt>
            <dd>
              <span class={`tag ${state}`}>{t.states[state]}</span>
            </dd>
            <dt>{words.nav.inboxes}</dt>
            <dd>
              {token.inboxes === null
                ? t.allInboxes
                : token.inboxes.map((one) => names.get(one) ?? one).join(", ")}
            </dd>
            <dt>{t.limits}</dt>
            <dd>
              {[readOnly && t.readOnly, token.allowUrl && t.allowUrl].filter(Boolean).join(", ") || "–"}
            </dd>
            <dt>{t.expires}</dt>
            <dd>{token.expiresAt === null ? t.never : <Time visit={visit} at={token.expiresAt} />}</dd>
            <dt>{words.lastUse}</dt>
            <dd>
              <Time visit={visit} at={token.lastUsedAt} />
            </dd>
          </dl>
          {state === "active" && <Press name="revoke" label={t.revoke} danger />}
          <details>
            <summary>{t.scopes(scopes.length)}</summary>
            <ul>
              {scopes.map((scope) => (
                <li>{words.scopes[scope]}</li>
              ))}
            </ul>
          </details>
          <details>
            <summary>{t.tools(tools.length)}</summary>
            <ul class="columns">
              {tools.map(({ name, title }) => (
                <li>
                  {title} <code>{name}</code>
                </li>
              ))}
            </ul>
          </details>
          <h2>{words.log.last}</h2>
          <div id="calls" data-live data-stream={linkTo(visit, "/live/calls")}>
            <CallRows visit={visit} calls={log.items} />
            {log.items.length > 0 && (
              <p>
                <a href={linkTo(visit, "/settings/log", { credential: id })}>{words.log.all}</a>
              </p>
            )}
          </div>
        </>
      ),
    };
  },
  actions: {
    revoke: {
      needs: "manage",
      async take(visit) {
        const id = param(visit, "token");
        if (!(await administrationOf(visit).endToken(id))) throw notFound("token", id);
        return { to: `/settings/tokens/${id}`, done: "revoked" };
      },
    },
  },
};
