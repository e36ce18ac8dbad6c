import type { Child } from "hono/jsx";
import type { Failure } from "../tenant/failure.ts";
import { visibleText } from "../tenant/visible-text.ts";
import type { Visit } from "./visit.ts";

/** A form that was not taken: why, and what was typed, which the page keeps. */
export interface Refused {
  failure: Failure;
  form: URLSearchParams;
}

/** Why a form was not taken, read out as soon as the page is there. */
export function Problem({ refused, of }: { refused: Refused | null; of?: string }) {
  if (!refused || (of !== undefined && refused.form.get("do") !== of)) return null;
  const { message, detail } = refused.failure;
  return (
    <p class="problem" role="alert" id="problem">
      {visibleText(detail.hint ? `${message} ${detail.hint}` : message)}
    </p>
  );
}

/** What was typed into a field before it was refused, or else what it begins with. */
export function typed(refused: Refused | null, name: string, otherwise = ""): string {
  return refused?.form.get(name) ?? otherwise;
}

interface ActionProps {
  /** Which of the page's actions it is. */
  name: string;
  children?: Child;
  class?: string;
  id?: string;
  /** It takes files. */
  enctype?: "multipart/form-data";
}

/** A form that posts one of the page's actions to the page itself. */
export function Action({ name, children, ...rest }: ActionProps) {
  return (
    <form method="post" {...rest}>
      <input type="hidden" name="do" value={name} />
      {children}
    </form>
  );
}

/** One button that does something at once. @param values what goes with it */
export function Press({
  name,
  label,
  values = {},
  danger = false,
}: {
  name: string;
  label: string;
  values?: Record<string, string>;
  danger?: boolean;
}) {
  return (
    <Action name={name} class="press">
      {Object.entries(values).map(([key, value]) => (
        <input type="hidden" name={key} value={value} />
      ))}
      <button type="submit" class={danger ? "danger" : "quiet"}>
        {label}
      </button>
    </Action>
  );
}

interface TextProps {
  /** Where a page has several of the name. */
  id?: string;
  name: string;
  label: string;
  value?: string;
  type?: "text" | "search" | "date" | "datetime-local" | "email" | "url" | "color";
  required?: boolean;
  maxLength?: number;
  hint?: string;
}

export function Text({ name, label, hint, value, required, maxLength, type = "text", id = name }: TextProps) {
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        name={name}
        type={type}
        value={value}
        required={required}
        maxlength={maxLength}
        aria-describedby={hint ? `${id}-hint` : undefined}
      />
      {hint && (
        <small class="hint" id={`${id}-hint`}>
          {hint}
        </small>
      )}
    </p>
  );
}

interface LongTextProps {
  /** Where a page has several of the name. */
  id?: string;
  name: string;
  label: string;
  value: string;
  rows?: number;
  /** Unless said: it is. */
  required?: boolean;
  maxLength: number;
}

export function LongText({
  name,
  label,
  value,
  rows = 4,
  required = true,
  maxLength,
  id = name,
}: LongTextProps) {
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <textarea id={id} name={name} rows={rows} maxlength={maxLength} required={required}>
        {value}
      </textarea>
    </p>
  );
}

/** What can be chosen from: value and label. */
export type Options = readonly (readonly [value: string, label: string])[];

interface ChoiceProps {
  /** Where a page has several of the name. */
  id?: string;
  name: string;
  label: string;
  options: Options;
  chosen: string;
}

export function Choice({ name, label, options, chosen, id = name }: ChoiceProps) {
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <select id={id} name={name}>
        {options.map(([value, shown]) => (
          <option value={value} selected={value === chosen}>
            {shown}
          </option>
        ))}
      </select>
    </p>
  );
}

/** A link to the next page of a list, with the filters as they are. */
export function More({ visit, cursor }: { visit: Visit; cursor: string | null }) {
  if (cursor === null) return null;
  const query = new URLSearchParams(visit.query);
  query.set("cursor", cursor);
  return (
    <p class="more">
      <a class="button quiet" href={`?${query}`}>
        {visit.words.more}
      </a>
    </p>
  );
}
