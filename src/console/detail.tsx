import type { Child } from "hono/jsx";
import type { z } from "zod";
import type { Refused } from "./forms.tsx";
import type { Page } from "./page.ts";
import { doingsOf, FormOf, type ToolForm } from "./tool-form.tsx";
import { use } from "./use.ts";
import type { Need, Visit } from "./visit.ts";
import type { Words } from "./words.ts";

/** A form of a page about one thing. */
export interface DetailForm<A> extends ToolForm {
  /** What its fields hold at first. */
  values?(answer: A): Readonly<Record<string, string>>;
  /** Where it makes no sense it is left out. */
  shown?(answer: A): boolean;
  folded?: boolean;
}

interface Detail<S extends z.ZodObject> {
  path: string;
  /** The page of the navigation that it belongs to. */
  at: string;
  needs: Need;
  /** The tool that answers it. */
  tool: string;
  args(visit: Visit): object;
  answer: S;
  title(answer: z.output<S>, visit: Visit): string;
  facts(answer: z.output<S>, visit: Visit): readonly (readonly [keyof Words["columns"], Child])[];
  /** What stands below the facts. */
  body?(answer: z.output<S>, visit: Visit): Child | Promise<Child>;
  forms?: Readonly<Record<string, DetailForm<z.output<S>>>>;
}

/** A page about one thing that a tool answers, with what can be done to it. */
export function detailPage<S extends z.ZodObject>(detail: Detail<S>): Page {
  const forms = detail.forms ?? {};
  return {
    path: detail.path,
    needs: detail.needs,
    async show(visit, refused) {
      const { words } = visit;
      const answer = detail.answer.parse(await use(visit, detail.tool, detail.args(visit)));
      const body = await detail.body?.(answer, visit);
      return {
        title: detail.title(answer, visit),
        at: detail.at,
        body: (
          <>
            <dl>
              {detail.facts(answer, visit).map(([label, value]) => (
                <>
                  <dt>{words.columns[label]}</dt>
                  <dd>{value}</dd>
                </>
              ))}
            </dl>
            {body}
            <Forms visit={visit} forms={forms} answer={answer} refused={refused} />
          </>
        ),
      };
    },
    ...(Object.keys(forms).length > 0 && { actions: doingsOf(forms) }),
  };
}

interface FormsProps<A> {
  visit: Visit;
  forms: Readonly<Record<string, DetailForm<A>>>;
  answer: A;
  refused: Refused | null;
}

function Forms<A>({ visit, forms, answer, refused }: FormsProps<A>) {
  return (
    <>
      {Object.entries(forms).map(
        ([name, form]) =>
          (form.shown?.(answer) ?? true) && (
            <FormOf
              visit={visit}
              name={name}
              form={form}
              refused={refused}
              values={form.values?.(answer)}
              folded={form.folded}
            />
          ),
      )}
    </>
  );
}
