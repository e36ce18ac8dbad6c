import { gateOf } from "../gate/gate.ts";
import { isDocumentAddress } from "../oauth/metadata-documents.ts";
import { notFound } from "../tenant/failure.ts";
import { Press, Problem } from "./forms.tsx";
import { inboxOptions } from "./inbox.tsx";
import { Empty, Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { administrationOf, linkTo, may, type Visit } from "./visit.ts";

/** The grants that the visitor may see and end: their own, and for owners and admins everybody's. */
async function grantsOf(visit: Visit) {
  const { env, workspace, principal } = visit;
  const grants = await gateOf(env, workspace.id).listGrants();
  const open = grants.filter(({ revokedAt }) => revokedAt === null);
  return may(visit, "manage") ? open : open.filter(({ userId }) => userId === principal.member.userId);
}

/** `/settings/apps`: the assistants that people let in by signing in. */
export const appsPage: Page = {
  path: "/settings/apps",
  needs: null,
  async show(visit, refused) {
    const { words } = visit;
    const [grants, inboxes] = await Promise.all([grantsOf(visit), inboxNames(visit)]);
    return {
      title: words.nav.apps,
      at: "/settings/apps",
      body: (
        <>
          <p>{words.apps.about}</p>
          <Problem refused={refused} />
          {grants.length === 0 ? (
            <Empty>
              {words.apps.empty} <a href="/docs/connect">{words.mcp.guides}</a>
            </Empty>
          ) : (
            grants.map((grant) => (
              <article class="card">
                <h2>
                  <Said text={grant.clientName} />
                </h2>
                <dl>
                  <dt>{words.apps.publisher}</dt>
                  <dd>
                    {isDocumentAddress(grant.clientId)
                      ? words.apps.checked(new URL(grant.clientId).hostname)
                      : words.apps.claimed}
                  </dd>
                  <dt>{words.apps.by}</dt>
                  <dd>{grant.email ?? "–"}</dd>
                  <dt>{words.apps.address}</dt>
                  <dd>
                    <code>{grant.resource}</code>
                  </dd>
                  <dt>{words.nav.inboxes}</dt>
                  <dd>
                    {grant.inboxes === null
                      ? words.tokens.allInboxes
                      : grant.inboxes.map((id) => inboxes.get(id) ?? id).join(", ")}
                  </dd>
                  <dt>{words.lastUse}</dt>
                  <dd>
                    <Time visit={visit} at={grant.lastUsedAt} />
                  </dd>
                </dl>
                <details>
                  <summary>{words.tokens.scopes(grant.scopes.length)}</summary>
                  <ul>
                    {grant.scopes.map((scope) => (
                      <li>{words.scopes[scope]}</li>
                    ))}
                  </ul>
                </details>
                <div class="buttons">
                  {may(visit, "manage") && (
                    <a class="button quiet" href={linkTo(visit, "/settings/log", { credential: grant.id })}>
                      {words.log.all}
                    </a>
                  )}
                  <Press name="revoke" label={words.apps.revoke} values={{ grant: grant.id }} danger />
                </div>
              </article>
            ))
          )}
        </>
      ),
    };
  },
  actions: {
    revoke: {
      needs: null,
      async take(visit, form) {
        const id = form.get("grant") ?? "";
        // Somebody else's looks like one that is not there.
        if (!(await grantsOf(visit)).some((grant) => grant.id === id)) throw notFound("grant", id);
        await administrationOf(visit).endGrant(id);
        return { to: "/settings/apps", done: "revoked" };
      },
    },
  },
};

async function inboxNames(visit: Visit): Promise<ReadonlyMap<string, string>> {
  return new Map(may(visit, "channels:read") ? await inboxOptions(visit) : []);
}
