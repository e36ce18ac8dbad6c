import { z } from "zod";
import { Choice } from "./forms.tsx";
import { Empty, Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { use } from "./use.ts";
import { linkTo, type Visit } from "./visit.ts";

const SPANS = ["7", "30", "90", "365"] as const;

const dashboardSchema = z.object({
  period: z.object({ from: z.string(), to: z.string() }),
  sessions: z.number(),
  activeChatbots: z.object({
    busiest: z.array(
      z.object({
        id: z.string(),
        name: z.string().nullable(),
        sessions: z.number(),
        messages: z.number(),
        responses: z.number(),
      }),
    ),
  }),
  byChannel: z.array(
    z.object({
      channel: z.string(),
      sessions: z.number(),
      messagesIn: z.number(),
      messagesOut: z.number(),
    }),
  ),
  leadsCaptured: z.number(),
  ticketsCreated: z.number(),
  ticketsResolved: z.number(),
  openConversations: z.number(),
  openTickets: z.number(),
  recentActivity: z.array(
    z.object({ label: z.string(), conversationId: z.string().nullable(), at: z.string() }),
  ),
});

const trendSchema = z.object({
  trend: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number()]))),
  }),
});

/** The days that the page's address asks for. */
function daysOf({ query }: Visit): (typeof SPANS)[number] {
  return SPANS.find((one) => one === query.get("days")) ?? "7";
}

async function trendOf(visit: Visit) {
  const answer = await use(visit, "get_analytics", { days: Number(daysOf(visit)) });
  return trendSchema.parse(answer).trend;
}

/** `/analytics.csv`: the days of the page as a file. It holds days and numbers alone, so nothing in it needs quotes. */
export async function trendFile(visit: Visit): Promise<Response> {
  const { columns, rows } = await trendOf(visit);
  return new Response([columns, ...rows].map((row) => `${row.join(",")}\r\n`).join(""), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="days.csv"',
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

/** `/analytics`: the figures of the dashboard tool, and how they went. */
export const dashboardPage: Page = {
  path: "/analytics",
  needs: "analytics:read",
  async show(visit) {
    const { words } = visit;
    const days = daysOf(visit);
    const [figures, trend] = await Promise.all([
      use(visit, "get_dashboard", { days: Number(days) }).then((answer) => dashboardSchema.parse(answer)),
      trendOf(visit),
    ]);
    const t = words.analytics;
    const shown = [
      [t.sessions, figures.sessions],
      [t.open, figures.openConversations],
      [t.leads, figures.leadsCaptured],
      [t.ticketsCreated, figures.ticketsCreated],
      [t.ticketsResolved, figures.ticketsResolved],
      [t.openTickets, figures.openTickets],
    ] as const;
    return {
      title: words.nav.analytics,
      at: "/analytics",
      body: (
        <>
          <form class="filters">
            <Choice
              name="days"
              label={words.days}
              chosen={days}
              options={SPANS.map((one) => [one, t.lastDays(Number(one))] as const)}
            />
            <button type="submit" class="quiet">
              {words.show}
            </button>
          </form>
          <p>{`${figures.period.from} – ${figures.period.to}`}</p>
          <dl class="figures">
            {shown.map(([label, value]) => (
              <div>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <h2>{t.sessionsByDay}</h2>
          <Plot values={numbersOf(trend, "sessions")} label={t.sessionsByDay} />
          <details>
            <summary>{t.asTable}</summary>
            <section class="table" tabindex={0} aria-label={t.sessionsByDay}>
              <table>
                <thead>
                  <tr>
                    {trend.columns.map((name) => (
                      <th scope="col">{name}</th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {trend.rows.map((row) => (
                    <tr>
                      {row.map((value) => (
                        <td class="number">{value}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </details>
          <p>
            <a href={linkTo(visit, "/analytics.csv", { days })}>{t.asCsv}</a>
          </p>
          <h2>{t.byChatbot}</h2>
          {figures.activeChatbots.busiest.length === 0 ? (
            <Empty>{words.empty.analytics}</Empty>
          ) : (
            <section class="table" tabindex={0} aria-label={t.byChatbot}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.columns.name}</th>
                    <th scope="col">{t.sessions}</th>
                    <th scope="col">{t.messages}</th>
                    <th scope="col">{words.columns.responses}</th>
                  </tr>
                </thead>
                <tbody>
                  {figures.activeChatbots.busiest.map((bot) => (
                    <tr>
                      <td>
                        {bot.name === null ? (
                          "–"
                        ) : (
                          <a href={linkTo(visit, `/chatbots/${bot.id}`)}>{bot.name}</a>
                        )}
                      </td>
                      <td class="number">{bot.sessions}</td>
                      <td class="number">{bot.messages}</td>
                      <td class="number">{bot.responses}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
          <h2>{t.byChannel}</h2>
          <section class="table" tabindex={0} aria-label={t.byChannel}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.columns.channel}</th>
                  <th scope="col">{t.sessions}</th>
                  <th scope="col">{t.messagesIn}</th>
                  <th scope="col">{t.messagesOut}</th>
                </tr>
              </thead>
              <tbody>
                {figures.byChannel.map((one) => (
                  <tr>
                    <td>{one.channel}</td>
                    <td class="number">{one.sessions}</td>
                    <td class="number">{one.messagesIn}</td>
                    <td class="number">{one.messagesOut}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <h2>{t.lately}</h2>
          <ul class="plain">
            {figures.recentActivity.map((one) => (
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
      ),
    };
  },
};

function numbersOf({ columns, rows }: z.output<typeof trendSchema>["trend"], name: string): number[] {
  const place = columns.indexOf(name);
  return rows.map((row) => Number(row[place] ?? 0));
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
