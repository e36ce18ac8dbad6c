import { Action, Choice, LongText, type Options, Problem, type Refused, Text, typed } from "./forms.tsx";
import type { Content } from "./layout.tsx";
import type { Doing } from "./page.ts";
import { use } from "./use.ts";
import { linkTo, may, type Need, type Visit } from "./visit.ts";
import type { Words } from "./words.ts";

/** One argument of a tool, as a form asks for it. */
export interface Field {
  /** As the tool knows it. */
  name: string;
  label: keyof Words["columns"];
  /** `list`: several, one on each line. */
  kind: "text" | "long" | "choice" | "tick" | "number" | "list" | "colour";
  required?: boolean;
  /** Characters at most. */
  max?: number;
  options?(visit: Visit): Options | Promise<Options>;
}

type Answer = Record<string, unknown>;

/** A form that does what one tool does. */
export interface ToolForm {
  heading: keyof Words["forms"];
  tool: string;
  needs: Need;
  fields?: readonly Field[];
  /** The fields are parts of what `args` says: they go to the tool by it alone. */
  gathered?: boolean;
  /** The fields are parts of this one argument, of which an empty list is one. */
  within?: string;
  /** What the page's address says to the tool, and what is fixed. */
  args?(visit: Visit, form: URLSearchParams): object;
  /** Where it leads, below the workspace. */
  to(visit: Visit, answer: Answer): string;
  done?: keyof Words["done"];
  /** What its fields hold at first, as the page's address says it. */
  begins?(visit: Visit): Readonly<Record<string, string>>;
  /** A page that shows, beside this one, what the fields come to: below the workspace. */
  preview?(visit: Visit): string;
  /** It is asked once more before it is done: what is lost then. */
  sure?: keyof Words["sure"];
  /** What its answer holds that is shown once and never again, instead of going on. */
  once?(visit: Visit, answer: Answer): Content;
}

function readField({ name, kind }: Field, form: URLSearchParams): unknown {
  const text = (form.get(name) ?? "").replaceAll("\r\n", "\n");
  if (kind === "tick") return form.has(name);
  if (kind === "list") {
    const lines = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
    return lines.length > 0 ? lines : undefined;
  }
  if (kind === "number") return text.trim() === "" ? undefined : Number(text);
  return text;
}

/** The forms of a page as its actions, each under its name. */
export function doingsOf(forms: Readonly<Record<string, ToolForm>>): Record<string, Doing> {
  return Object.fromEntries(
    Object.entries(forms).map(([name, form]): [string, Doing] => [
      name,
      { needs: form.needs, take: (visit, sent) => takeForm(name, form, visit, sent) },
    ]),
  );
}

async function takeForm(name: string, form: ToolForm, visit: Visit, sent: URLSearchParams) {
  if (form.sure && sent.get("sure") !== "yes") return askFirst(name, form, visit, sent);
  const fields = form.gathered ? [] : (form.fields ?? []);
  const typedIn = Object.fromEntries(fields.map((field) => [field.name, readField(field, sent)]));
  for (const { name, kind } of form.within ? fields : []) if (kind === "list") typedIn[name] ??= [];
  const given = form.within ? { [form.within]: typedIn } : typedIn;
  const answer = await use(visit, form.tool, { ...given, ...form.args?.(visit, sent) });
  return form.once ? form.once(visit, answer) : { to: form.to(visit, answer), done: form.done ?? "saved" };
}

/** The page between a button and what cannot be taken back. */
function askFirst(name: string, form: ToolForm, visit: Visit, sent: URLSearchParams): Content {
  const { words } = visit;
  const kept = [...sent].filter(([key]) => key !== "do");
  return {
    title: words.forms[form.heading],
    body: (
      <>
        <p>{form.sure && words.sure[form.sure]}</p>
        <div class="buttons">
          <Action name={name} class="press">
            {kept.map(([key, value]) => (
              <input type="hidden" name={key} value={value} />
            ))}
            <input type="hidden" name="sure" value="yes" />
            <button type="submit" class="danger">
              {words.forms[form.heading]}
            </button>
          </Action>
          <a class="button quiet" href="?">
            {words.notNow}
          </a>
        </div>
      </>
    ),
  };
}

interface FormProps {
  visit: Visit;
  name: string;
  form: ToolForm;
  refused: Refused | null;
  /** What the fields hold at first. */
  values?: Readonly<Record<string, string>>;
  /** What goes with it unseen. */
  hidden?: Readonly<Record<string, string>>;
  /** Folded away until somebody wants it. */
  folded?: boolean;
}

/** A form of the page, for those who may use it. */
export async function FormOf({
  visit,
  name,
  form,
  refused,
  values = {},
  hidden = {},
  folded = false,
}: FormProps) {
  if (!may(visit, form.needs)) return null;
  const { words } = visit;
  const mine = refused?.form.get("do") === name ? refused : null;
  const begun = form.begins?.(visit) ?? {};
  const fields = await Promise.all(
    (form.fields ?? []).map(async (field) => ({
      ...field,
      id: `${name}-${field.name}`,
      options: (await field.options?.(visit)) ?? [],
      value: typed(mine, field.name, values[field.name] ?? begun[field.name] ?? ""),
    })),
  );
  const danger = form.sure !== undefined;
  const body = (
    <Action name={name} class={fields.length > 0 ? "wide" : "press"}>
      <Problem refused={mine} />
      {Object.entries(hidden).map(([key, value]) => (
        <input type="hidden" name={key} value={value} />
      ))}
      {fields.map(({ kind, label, max = 200, required = false, ...field }) => {
        const shown = { ...field, required, label: words.columns[label] };
        if (kind === "long" || kind === "list")
          return <LongText {...shown} rows={kind === "list" ? 3 : 8} maxLength={Math.max(max, 2_000)} />;
        if (kind === "choice") return <Choice {...shown} chosen={field.value} />;
        if (kind === "tick")
          return (
            <label class="tick">
              <input type="checkbox" name={field.name} value="yes" checked={field.value === "yes"} />
              <span>{shown.label}</span>
            </label>
          );
        if (kind === "colour") return <Text {...shown} type="color" />;
        return <Text {...shown} maxLength={max} />;
      })}
      <button type="submit" class={danger ? "danger" : fields.length > 0 ? undefined : "quiet"}>
        {words.forms[form.heading]}
      </button>
      {form.preview && (
        <>
          {" "}
          <button
            type="submit"
            class="quiet"
            formaction={linkTo(visit, form.preview(visit))}
            formtarget="_blank"
          >
            {words.preview}
          </button>
        </>
      )}
    </Action>
  );
  if (!folded || fields.length === 0) return body;
  return (
    <details open={mine !== null || Object.values(begun).some((value) => value !== "")}>
      <summary>{words.forms[form.heading]}</summary>
      {body}
    </details>
  );
}
