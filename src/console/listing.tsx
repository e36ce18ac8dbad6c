import type { Child } from "hono/jsx";
import { z } from "zod";
import { Failure } from "../tenant/failure.ts";
import { Choice, More, type Options, Problem, type Refused, Text } from "./forms.tsx";
import { orRefused } from "./inbox.tsx";
import { Empty, Said } from "./layout.tsx";
import type { Doing, Page } from "./page.ts";
import { doingsOf, FormOf, type ToolForm } from "./tool-form.tsx";
import { use } from "./use.ts";
import { linkTo, may, type Need, type Visit } from "./visit.ts";
import type { Words } from "./words.ts";

/** A filter of a list, by the name that its tool knows it by. */
export interface Filter {
  name: string;
  label: keyof Words["columns"];
  kind: "search" | "date" | "choice";
  /** The tool does not know it: `args` makes of it what the tool does. */
  apart?: boolean;
  /** Of a choice: its values, which are shown by these words. */
  options?: (visit: Visit) => Options | Promise<Options>;
}

interface Column<R> {
  label: keyof Words["columns"];
  cell(row: R, visit: Visit): Child;
}

interface Listing<S extends z.ZodObject> {
  path: string;
  label: keyof Words["nav"];
  needs: Need;
  /** The tool that lists them. */
  tool: string;
  /** False where the tool answers all at once. */
  paged?: boolean;
  /** What the page's address says to the tool besides filters. */
  args?(visit: Visit): object;
  row: S;
  filters?: readonly Filter[];
  /** The first leads to the row's own page, where it has one. */
  columns: readonly [Column<z.output<S>>, ...Column<z.output<S>>[]];
  opens?(row: z.output<S>, visit: Visit): string;
  /** What to do first where there is nothing yet. */
  empty: keyof Words["empty"];
  emptyLeadsTo?: string;
  /** What stands above the list. */
  above?(visit: Visit, refused: Refused | null): Child;
  /** What stands below the list, and what else can be done by it. */
  below?(visit: Visit, refused: Refused | null): Child;
  doings?: Readonly<Record<string, Doing>>;
  /** What can be done on the page, mostly to make a further one. */
  forms?: Readonly<Record<string, ToolForm>>;
  /** What can be done to a row. */
  rowForms?: Readonly<Record<string, RowForm<z.output<S>>>>;
  /** The page of the navigation that it belongs to, if it is not there itself. */
  at?: string;
}

interface RowForm<R> extends ToolForm {
  /** Which row it is, as the form says it. */
  hidden(row: R): Readonly<Record<string, string>>;
}

/** A page that shows what one of the list tools answers, with its filters, page by page. */
export function listPage<S extends z.ZodObject>(list: Listing<S>): Page {
  const answer = z.object({ items: z.array(list.row), nextCursor: z.string().nullable().default(null) });
  const filters = list.filters ?? [];
  return {
    path: list.path,
    needs: list.needs,
    ...((list.forms || list.rowForms || list.doings) && {
      actions: { ...doingsOf({ ...list.forms, ...list.rowForms }), ...list.doings },
    }),
    async show(visit, refused) {
      const { words, query } = visit;
      const asked = Object.fromEntries(filters.map(({ name }) => [name, query.get(name) ?? ""]));
      const paging = list.paged === false ? {} : { cursor: query.get("cursor") ?? "", limit: 25 };
      const plain = Object.fromEntries(
        filters.flatMap(({ name, apart }) => (apart ? [] : [[name, asked[name]]])),
      );
      const args = { ...plain, ...paging, ...list.args?.(visit) };
      const [found, options] = await Promise.all([
        orRefused(use(visit, list.tool, args).then((page) => answer.parse(page))),
        Promise.all(filters.map(async (one) => (await one.options?.(visit)) ?? [])),
      ]);
      const filtered = Object.values(asked).some((value) => value !== "");
      return {
        title: words.nav[list.label],
        at: list.at ?? list.path,
        status: found instanceof Failure ? found.status : 200,
        body: (
          <>
            {list.above?.(visit, refused)}
            {filters.length > 0 && (
              <form class="filters">
                {filters.map(({ name, label, kind }, place) =>
                  kind === "choice" ? (
                    <Choice
                      name={name}
                      label={words.columns[label]}
                      chosen={asked[name] ?? ""}
                      options={[["", words.all], ...(options[place] ?? [])]}
                    />
                  ) : (
                    <Text
                      name={name}
                      type={kind}
                      label={words.columns[label]}
                      value={asked[name] ?? ""}
                      maxLength={200}
                    />
                  ),
                )}
                <button type="submit" class="quiet">
                  {words.show}
                </button>
              </form>
            )}
            {found instanceof Failure ? (
              <Problem refused={{ failure: found, form: new URLSearchParams() }} />
            ) : (
              <>
                <Problem refused={ofRow(list, refused)} />
                <Rows list={list} visit={visit} rows={found.items} filtered={filtered} />
                <More visit={visit} cursor={found.nextCursor} />
                {Object.entries(list.forms ?? {}).map(([name, form]) => (
                  <FormOf visit={visit} name={name} form={form} refused={refused} folded />
                ))}
              </>
            )}
            {list.below?.(visit, refused)}
          </>
        ),
      };
    },
  };
}

/** A form of a row that was not taken: its problem stands above the rows. */
function ofRow<S extends z.ZodObject>(list: Listing<S>, refused: Refused | null): Refused | null {
  return Object.hasOwn(list.rowForms ?? {}, refused?.form.get("do") ?? "") ? refused : null;
}

interface RowsProps<S extends z.ZodObject> {
  list: Listing<S>;
  visit: Visit;
  rows: z.output<S>[];
  filtered: boolean;
}

function Rows<S extends z.ZodObject>({ list, visit, rows, filtered }: RowsProps<S>) {
  const { words } = visit;
  const usable = Object.entries(list.rowForms ?? {}).filter(([, { needs }]) => may(visit, needs));
  if (rows.length === 0) {
    if (filtered)
      return (
        <Empty>
          {words.nothingFound} <a href="?">{words.withoutFilters}</a>
        </Empty>
      );
    return (
      <Empty>
        {words.empty[list.empty]}{" "}
        {list.emptyLeadsTo && <a href={linkTo(visit, list.emptyLeadsTo)}>{words.goOn}</a>}
      </Empty>
    );
  }
  return (
    <section class="table" tabindex={0} aria-label={words.nav[list.label]}>
      <table>
        <thead>
          <tr>
            {list.columns.map(({ label }) => (
              <th scope="col">{words.columns[label]}</th>
            ))}
            {usable.length > 0 && <th scope="col">{words.columns.actions}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {list.columns.map(({ cell }, place) => (
                <td>
                  {place === 0 && list.opens ? (
                    <a href={linkTo(visit, list.opens(row, visit))}>{cell(row, visit)}</a>
                  ) : (
                    cell(row, visit)
                  )}
                </td>
              ))}
              {usable.length > 0 && (
                <td>
                  {usable.map(([name, form]) => (
                    <FormOf visit={visit} name={name} form={form} refused={null} hidden={form.hidden(row)} />
                  ))}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Text of somebody's, or a dash. */
export function Plain({ text }: { text: string | null | undefined }) {
  return text ? <Said text={text} /> : <>–</>;
}
