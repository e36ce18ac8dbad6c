import type { ListedCall } from "../calls/list-calls.ts";
import { Empty, Time } from "./layout.tsx";
import { linkTo, type Visit } from "./visit.ts";

/** Calls of the log, as a table. */
export function CallRows({ visit, calls }: { visit: Visit; calls: readonly ListedCall[] }) {
  const { words } = visit;
  if (calls.length === 0) return <Empty>{words.log.empty}</Empty>;
  return (
    <section class="table" tabindex={0} aria-label={words.nav.log}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.log.call}</th>
            <th scope="col">{words.log.outcome}</th>
            <th scope="col">{words.log.duration}</th>
            <th scope="col">{words.log.credential}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr>
              <td>
                <Time visit={visit} at={call.createdAt} />
              </td>
              <td>
                <code>{call.name}</code>
              </td>
              <td>
                <span class={call.outcome === "ok" ? "tag active" : "tag revoked"}>{call.outcome}</span>
              </td>
              <td class="number">{`${call.milliseconds} ms`}</td>
              <td>
                <a href={linkTo(visit, "/settings/log", { credential: call.credentialId })}>
                  {call.credentialName}
                </a>
                {call.sessionId && (
                  <>
                    {" · "}
                    <a href={linkTo(visit, "/settings/log", { session: call.sessionId })}>
                      {words.log.session}
                    </a>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
