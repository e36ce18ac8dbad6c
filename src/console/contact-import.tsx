import { z } from "zod";
import { listCustomFields, MAX_CUSTOM_FIELDS } from "../contacts/custom-fields.ts";
import { type ColumnPlan, NONE, OWN_FIELDS } from "../contacts/import-columns.ts";
import { csvLine } from "../http/csv-text.ts";
import { Failure } from "../tenant/failure.ts";
import {
  type Bad,
  type Counts,
  type Import,
  KINDS,
  MOST_ROWS,
  readImport,
  readTable,
  runRows,
  STEP,
} from "./contact-import-rows.ts";
import { Choice, Problem, type Refused } from "./forms.tsx";
import type { Content } from "./layout.tsx";
import { Said } from "./layout.tsx";
import type { Page } from "./page.ts";
import { linkTo, tenantOfVisit, type Visit } from "./visit.ts";

/** Rows that a preview shows, and bad ones that a page lists. */
const SHOWN = 10;
const MOST_BAD = 50;

const PATH = "/contacts/import";

/** `/contacts/import`: a file, what will happen, and how far it is. */
export const contactImportPage: Page = {
  path: PATH,
  needs: "contacts:write",
  formBytes: 4 * 1024 * 1024,
  async show(visit, refused) {
    const columns = refused && (await columnsAgain(visit, refused.form));
    return columns ? previewPage(visit, columns, null, refused) : filePage(visit, refused);
  },
  actions: {
    preview: {
      needs: "contacts:write",
      async take(visit, form) {
        const given = await readImport(visit, form);
        const to = given.rows.length;
        return previewPage(visit, given, await runRows(visit, given, { from: 0, to, dryRun: true }));
      },
    },
    import: {
      needs: "contacts:write",
      async take(visit, form) {
        const given = await readImport(visit, form);
        const before = soFar.parse(JSON.parse(form.get("so-far") || "{}"));
        const to = before.at + STEP;
        const step = await runRows(visit, given, { from: before.at, to, dryRun: false });
        const sum = {
          at: to,
          created: before.created + step.created,
          updated: before.updated + step.updated,
          unchanged: before.unchanged + step.unchanged,
          bad: [...before.bad, ...step.bad],
        };
        return to < given.rows.length ? progressPage(visit, given, form, sum) : donePage(visit, given, sum);
      },
    },
  },
};

const soFar = z.object({
  at: z.int().min(0).default(0),
  created: z.int().min(0).default(0),
  updated: z.int().min(0).default(0),
  unchanged: z.int().min(0).default(0),
  bad: z
    .array(z.tuple([z.int(), z.string()]))
    .max(MOST_ROWS)
    .default([]),
});

/** A file whose columns were not said right: what was chosen stays, to be changed. Null where it is the file itself. */
async function columnsAgain(visit: Visit, form: URLSearchParams): Promise<Import | null> {
  if (!form.has("column-0")) return null;
  try {
    const table = readTable(form.get("csv") ?? "", visit.words);
    const { items: definitions } = await listCustomFields(tenantOfVisit(visit), { limit: MAX_CUSTOM_FIELDS });
    const none: ColumnPlan = { own: new Map(), custom: [], ignored: [], blanksPartTags: false };
    return { ...table, definitions, plan: none };
  } catch (failure) {
    if (failure instanceof Failure) return null;
    throw failure;
  }
}

function filePage(visit: Visit, refused: Refused | null): Content {
  const t = visit.words.contactImport;
  return {
    title: t.title,
    at: "/contacts",
    body: (
      <>
        <Problem refused={refused} />
        <p>{t.about}</p>
        <form method="post" enctype="multipart/form-data" class="wide">
          <input type="hidden" name="do" value="preview" />
          <p class="field">
            <label for="csv">{t.file}</label>
            <input id="csv" name="csv" type="file" accept=".csv,text/csv,text/plain" required />
            <small class="hint">{t.fileHint(MOST_ROWS)}</small>
          </p>
          <button type="submit">{t.look}</button>
        </form>
      </>
    ),
  };
}

function CountsOf({ visit, counts }: { visit: Visit; counts: Counts & { bad: readonly Bad[] } }) {
  const t = visit.words.contactImport;
  return (
    <dl>
      {KINDS.map((kind) => (
        <>
          <dt>{t.kinds[kind]}</dt>
          <dd>{counts[kind]}</dd>
        </>
      ))}
      <dt>{t.kinds.bad}</dt>
      <dd>{counts.bad.length}</dd>
    </dl>
  );
}

/** Rows that are left out: why, and as a file to mend and bring again. */
function BadRows({ visit, given, bad }: { visit: Visit; given: Import; bad: readonly Bad[] }) {
  if (bad.length === 0) return null;
  const t = visit.words.contactImport;
  const sorted = bad.toSorted(([a], [b]) => a - b);
  const file = [
    csvLine([...given.headings, t.why]),
    ...sorted.map(([row, why]) =>
      csvLine([...given.headings.map((_, i) => given.rows[row]?.[i] ?? ""), why]),
    ),
  ].join("");
  const bytes = new TextEncoder().encode(file).toBase64();
  return (
    <>
      <h2>{t.kinds.bad}</h2>
      <ul class="plain">
        {sorted.slice(0, MOST_BAD).map(([row, why]) => (
          <li>
            {t.row(row + 2)} <Said text={why} />
          </li>
        ))}
      </ul>
      <p>
        <a class="button quiet" download="left-out.csv" href={`data:text/csv;charset=utf-8;base64,${bytes}`}>
          {t.download}
        </a>
      </p>
    </>
  );
}

function previewPage(
  visit: Visit,
  given: Import,
  counts: (Counts & { bad: Bad[] }) | null,
  refused: Refused | null = null,
): Content {
  const t = visit.words.contactImport;
  const { headings, rows, definitions, plan, text } = given;
  const names = visit.words.importFields;
  const options = [
    [NONE, t.leaveOut] as const,
    ...OWN_FIELDS.map((name) => [name, names[name]] as const),
    ...definitions.map(({ key, label }) => [key, label] as const),
  ];
  const chosen = (place: number) =>
    refused?.form.get(`column-${place}`) ??
    [...plan.own].find(([, column]) => column === place)?.[0] ??
    plan.custom.find(({ column }) => column === place)?.definition.key ??
    NONE;
  return {
    title: t.preview,
    at: "/contacts",
    body: (
      <>
        <Problem refused={refused} />
        <p>{t.previewAbout(rows.length)}</p>
        {counts && <CountsOf visit={visit} counts={counts} />}
        <form method="post">
          <input type="hidden" name="csv" value={text} />
          <section class="table" tabindex={0} aria-label={t.columns}>
            <table>
              <thead>
                <tr>
                  {headings.map((heading, place) => (
                    <th scope="col">
                      <Choice
                        id={`column-${place}`}
                        name={`column-${place}`}
                        label={heading || "–"}
                        options={options}
                        chosen={chosen(place)}
                      />
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, SHOWN).map((cells) => (
                  <tr>
                    {headings.map((_, place) => (
                      <td>
                        <Said text={cells[place] ?? ""} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <div class="buttons">
            {counts && (
              <button type="submit" name="do" value="import">
                {t.start}
              </button>
            )}
            <button type="submit" name="do" value="preview" class="quiet">
              {t.lookAgain}
            </button>
            <a class="button quiet" href="?">
              {visit.words.notNow}
            </a>
          </div>
        </form>
        {counts && <BadRows visit={visit} given={given} bad={counts.bad} />}
      </>
    ),
  };
}

type SoFar = z.output<typeof soFar>;

/** Between two steps: the script goes on by itself, without one a button does. */
function progressPage(visit: Visit, given: Import, form: URLSearchParams, sum: SoFar): Content {
  const t = visit.words.contactImport;
  const columns = [...form].filter(([name]) => name.startsWith("column-"));
  return {
    title: t.title,
    at: "/contacts",
    body: (
      <>
        <p role="status">{t.progress(sum.at, given.rows.length)}</p>
        <p>
          <progress value={sum.at} max={given.rows.length} aria-label={t.title} />
        </p>
        <CountsOf visit={visit} counts={sum} />
        <form method="post" data-go-on>
          <input type="hidden" name="do" value="import" />
          <input type="hidden" name="csv" value={given.text} />
          <input type="hidden" name="so-far" value={JSON.stringify(sum)} />
          {columns.map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button type="submit">{visit.words.goOn}</button>
        </form>
      </>
    ),
  };
}

function donePage(visit: Visit, given: Import, sum: SoFar): Content {
  const t = visit.words.contactImport;
  return {
    title: t.done,
    at: "/contacts",
    body: (
      <>
        <CountsOf visit={visit} counts={sum} />
        <p>
          <a class="button" href={linkTo(visit, "/contacts")}>
            {visit.words.nav.contacts}
          </a>
        </p>
        <BadRows visit={visit} given={given} bad={sum.bad} />
      </>
    ),
  };
}
