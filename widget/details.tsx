import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Field, Filled } from "./filled-in.ts";
import { useView } from "./view.ts";

/** What a browser knows of a field, so that it can fill it in and bring the fitting keyboard up. */
export const DETAILS: Record<Field, JSX.IntrinsicElements["input"]> = {
  name: { type: "text", autocomplete: "name" },
  email: { type: "email", inputMode: "email", autocomplete: "email" },
  phone: { type: "tel", inputMode: "tel", autocomplete: "tel" },
};

/** Name, email address and phone number in one form, where the flow asks for several. Who would rather write does. */
export function Details({ fields, send }: { fields: readonly Field[]; send(filled: Filled[]): void }) {
  const { state, words } = useView();
  const [values, setValues] = useState<Partial<Record<Field, string>>>({});
  return (
    <form
      class="details"
      onSubmit={(event) => {
        event.preventDefault();
        const filled = fields.map((field) => ({ field, text: (values[field] ?? "").trim() }));
        // A browser takes blanks for a name.
        if (filled.every(({ text }) => text !== "")) send(filled);
      }}
    >
      {fields.map((field) => (
        <label key={field}>
          {words[field]}
          <input
            {...DETAILS[field]}
            required
            maxLength={200}
            dir={values[field] ? "auto" : undefined}
            value={values[field] ?? ""}
            onInput={({ currentTarget }) => setValues({ ...values, [field]: currentTarget.value })}
          />
        </label>
      ))}
      <button type="submit" class="main">
        {state.config.texts.submit}
      </button>
    </form>
  );
}
