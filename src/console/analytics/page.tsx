import { csvFile } from "../csv.ts";
import { Choice } from "../forms.tsx";
import { Empty, Said, Time } from "../layout.tsx";
import { chatbotsToChoose } from "../list-filters.ts";
import type { Page } from "../page.ts";
import { linkTo, may, type Visit } from "../visit.ts";
import { type Asked, askedBy, type Dashboard, readFigures, SPANS, type Table } from "./figures.ts";

const METRICS = "/docs/metrics";

/** `/analytics.csv?table=…`: one of the page's tables as a file. */
export async function tableFile(visit: Visit): Promise<Response> {
  const { tables } = await readFigures(visit, askedBy(visit));
  const wanted = visit.query.get("table");
  const table = tables.find(({ name }) => name === wanted) ?? tables[0];
  return table ? csvFile(table.name, [table.columns, ...table.rows]) : csvFile("empty", []);
}

/** `/analytics`: what happened in some days, and how it went; each figure leads to what it means. */
export const dashboardPage: Page = {
  path: "/analytics",
  needs: "analytics:read",
  async show(visit) {
    const { words } = visit;
    const t = words.analytics;
    const asked = askedBy(visit);
    const [figures, chatbots] = await Promise.all([
      readFigures(visit, asked),
      may(visit, "chatbots:read") ? chatbotsToChoose(visit) : [],
    ]);
    return {
      title: words.nav.analytics,
      at: "/analytics",
      body: (
        <>
          <form class="filters">
            <Choice
              name="days"
              label={words.days}
              chosen={String(asked.days)}
              options={SPANS.map((one) => [one, t.lastDays(Number(one))] as const)}
            />
            <Choice
              name="chatbotId"
              label={words.chatbot}
              chosen={asked.chatbotId}
              options={[["", words.all], ...chatbots]}
            />
            <button type="submit" class="quiet">
              {words.show}
            </button>
          </form>
          <p>
            {`${figures.from} – ${figures.to}`}
            {asked.chatbotId !== "" && may(visit, "flows:read") && (
              <>
                {" · "}
                <a href={linkTo(visit, `/chatbots/${asked.chatbotId}/flow`, { figures: String(asked.days) })}>
                  {t.onTheFlow}
                </a>
              </>
            )}
          </p>
          <dl class="figures">
            {figures.tiles.map(({ label, value, definition }) => (
              <div>
                <dt>
                  <a href={`${METRICS}#${definition}`}>{label}</a>
                </dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <h2>{t.sessionsByDay}</h2>
          <Plot values={figures.perDay} label={t.sessionsByDay} />
          {figures.tables.map((table) => (
            <FigureTable visit={visit} table={table} asked={asked} />
          ))}
          {figures.dashboard && <Lately visit={visit} dashboard={figures.dashboard} />}
        </>
      ),
    };
  },
};

function FigureTable({ visit, table, asked }: { visit: Visit; table: Table; asked: Asked }) {
  const { words } = visit;
  const t = words.analytics;
  const { name, title, definition, columns, rows, chatbotIds } = table;
  const file = linkTo(visit, "/analytics.csv", {
    table: name,
    days: String(asked.days),
    chatbotId: asked.chatbotId,
  });
  const shown =
    rows.length === 0 ? (
      <Empty>{words.empty.analytics}</Empty>
    ) : (
      <section class="table" tabindex={0} aria-label={title}>
        <table>
          <thead>
            <tr>{columns.map((column) => (column === "" ? <td /> : <th scope="col">{column}</th>))}</tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <tr>
                {row.map((value, i) => {
                  const id = i === 0 ? chatbotIds?.[place] : null;
                  return (
                    <td class={i === 0 ? undefined : "number"}>
                      {id ? (
                        <a href={linkTo(visit, `/chatbots/${id}`)}>{value}</a>
                      ) : (
                        <Said text={String(value ?? "–")} />
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    );
  return (
    <>
      <h2>{title}</h2>
      {name === "days" ? (
        <details>
          <summary>{t.asTable}</summary>
          {shown}
        </details>
      ) : (
        shown
      )}
      <ul class="links">
        <li>
          <a href={file} aria-label={`${t.asCsv}: ${title}`}>
            {t.asCsv}
          </a>
        </li>
        <li>
          <a href={`${METRICS}#${definition}`} aria-label={`${t.meaning}: ${title}`}>
            {t.meaning}
          </a>
        </li>
      </ul>
    </>
  );
}

function Lately({ visit, dashboard }: { visit: Visit; dashboard: Dashboard }) {
  return (
    <>
      <h2>{visit.words.analytics.lately}</h2>
      <ul class="plain">
        {dashboard.recentActivity.map((one) => (
          <li>
            {one.conversationId ? (
              <a href={linkTo(visit, `/inbox/${one.conversationId}`)}>
                <Said text={one.label} />
              </a>
            ) : (
              <Said text={one.label} />
            )}{" "}
            <Time visit={visit} at={one.at} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** One bar for each value, as high as it is beside the highest. What it says stands beside it in words. */
function Plot({ values, label }: { values: readonly number[]; label: string }) {
  const most = Math.max(1, ...values);
  return (
    <svg
      class="plot"
      viewBox={`0 0 ${Math.max(1, values.length) * 10} 100`}
      preserveAspectRatio="none"
      role="img"
    >
      <title>{`${label}: ${values.join(", ")}`}</title>
      {values.map((value, place) => (
        <rect x={place * 10 + 1} y={100 - (100 * value) / most} width="8" height={(100 * value) / most} />
      ))}
    </svg>
  );
}
