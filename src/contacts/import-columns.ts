import { Failure } from "../tenant/failure.ts";
import { fold } from "../tenant/fold.ts";
import { readPhone } from "./phones.ts";

/**
 * Which column of a table of contacts is which field, and what a row says: for the operator's import and the console's.
 */

/** A heading as it is compared: in lower case, blanks alike. */
export function headingKey(heading: string): string {
  return heading.trim().toLowerCase().replaceAll(/\s+/g, " ");
}

/**
 * A cell as it was before a program put an apostrophe before what a spreadsheet would take for a formula: `'+49 30`.
 */
export function plainCell(cell: string): string {
  return cell.replace(/^'(?=[=+\-@\t\r])/, "");
}

/**
 * The headings by which a field is known, the first that is there: in English, German, French, Spanish, Portuguese,
 * Italian and Dutch, without case, accents and anything but letters and digits. A bare `id` is none: each system counts
 * its own from 1, and two people who share a number would become one.
 */
const HEADINGS: Record<string, string> = {
  name: "name fullname displayname contactname vollstandigername nomcomplet nombrecompleto nomecompleto nombre nom nome naam",
  email:
    "email emailaddress mail emailadresse mailadresse adresseemail adressemail courriel correo correoelectronico " +
    "indirizzoemail emailadres",
  phone:
    "phone phonenumber telephone telephonenumber tel mobile mobilephone mobilenumber cellphone cell telefon " +
    "telefonnummer rufnummer handy handynummer mobil mobiltelefon mobilnummer numerodetelephone telephoneportable " +
    "portable telefono numerodetelefono movil celular telefone telemovel cellulare telefoon telefoonnummer mobiel gsm",
  externalId: "externalid identifier userid externaluserid",
  tags: "tags tag labels schlagworte etiquettes etiquetas",
  firstName: "firstname givenname vorname prenom primeironome voornaam",
  lastName:
    "lastname surname familyname nachname familienname nomdefamille apellido apellidos sobrenome cognome achternaam",
};
export const OWN_FIELDS = ["name", "email", "phone", "externalId", "tags"] as const;
/** What a column is mapped to that is left out. */
export const NONE = "none";

/** A custom field, as far as a column needs it. */
export interface Definition {
  key: string;
  label: string;
  type: string;
}

function compact(heading: string): string {
  return fold(heading).replace(/[^\p{L}\p{N}]/gu, "");
}

export interface ColumnPlan {
  /** The place of the column for each of the contact's own fields, and of firstName and lastName. */
  own: Map<string, number>;
  custom: { definition: Definition; column: number }[];
  /** Headings that stand for nothing. */
  ignored: string[];
  /** Tags are parted by blanks, which stand in none of them. */
  blanksPartTags: boolean;
}

/** Headings that Zendesk's exports of users have, and no others. */
const ZENDESK = ["ticket_restriction", "restricted_agent", "agent_brands", "restriction"];

/**
 * Which column is which field: by `--map`, else by its heading.
 * @param mapping `column=field` each; the field `none` leaves a column out
 * @throws Failure `invalid_input` when a mapping names what is not there, or no column can tell contacts apart
 */
export function planColumns(
  headings: readonly string[],
  definitions: readonly Definition[],
  mapping: readonly string[],
): ColumnPlan {
  const blanksPartTags = headings.some((heading) => ZENDESK.some((one) => compact(one) === compact(heading)));
  const plan: ColumnPlan = { own: new Map(), custom: [], ignored: [], blanksPartTags };
  const taken = new Set<number>();
  const find = (wanted: string, same: (heading: string) => string) =>
    headings.findIndex((heading, i) => !taken.has(i) && same(heading) === same(wanted));
  const addCustom = (definition: Definition, column: number) => {
    taken.add(column);
    plan.custom.push({ definition, column });
  };
  for (const pair of mapping) {
    const [, column = "", field = ""] = /^(.*)=([^=]*)$/.exec(pair) ?? [];
    const place = find(column, headingKey);
    if (column === "" || place < 0) {
      throw new Failure(
        "invalid_input",
        `--map ${pair}: there is no column ${JSON.stringify(column || pair)}.`,
      );
    }
    const own = OWN_FIELDS.find((name) => compact(name) === compact(field));
    const definition = definitions.find(({ key }) => key === field);
    if (own) plan.own.set(own, place);
    else if (definition) addCustom(definition, place);
    else if (field !== NONE) {
      const fields = [...OWN_FIELDS, ...definitions.map(({ key }) => key), NONE].join(", ");
      throw new Failure("invalid_input", `--map ${pair}: ${JSON.stringify(field)} is none of ${fields}.`);
    }
    taken.add(place);
  }
  for (const [field, known] of Object.entries(HEADINGS)) {
    const place = known
      .split(" ")
      .map((heading) => find(heading, compact))
      .find((found) => found >= 0);
    if (plan.own.has(field) || place === undefined) continue;
    plan.own.set(field, place);
    taken.add(place);
  }
  for (const definition of definitions) {
    if (plan.custom.some((one) => one.definition === definition)) continue;
    const place = [find(definition.key, compact), find(definition.label, compact)].find(
      (found) => found >= 0,
    );
    if (place !== undefined) addCustom(definition, place);
  }
  plan.ignored = headings.filter((heading, i) => !taken.has(i) && heading !== "");
  if (!["externalId", "email", "phone"].some((field) => plan.own.has(field))) {
    throw new Failure(
      "invalid_input",

      "No column is email, phone or externalId, by which a contact would be found again.",
    );
  }
  return plan;
}

const YES = ["yes", "y", "1"];
const NO = ["no", "n", "0"];

function customValue({ type }: Definition, cell: string): string {
  if (type !== "boolean") return cell;
  if (YES.includes(cell.toLowerCase())) return "true";
  return NO.includes(cell.toLowerCase()) ? "false" : cell;
}

/** What people and programs write where there is nothing to write. */
const NOTHING = /^(n\s*[./]?\s*a\.?|none|null|nil|nan|unknown|undefined|-+|[?.]+)$/i;

/**
 * The whole name: of a column of its own, or of two. Where a file has a `Name` and one half beside it, as in `Name,
 * Vorname` and `Nombre, Apellidos`, the name is the other half, unless it holds both already.
 */
function nameOf(cell: (field: string) => string): string {
  const [name, first, last] = [cell("name"), cell("firstName"), cell("lastName")];
  if (name === "" || (first === "") === (last === "")) return name || [first, last].filter(Boolean).join(" ");
  const whole = fold(name).includes(fold(first || last));
  return whole ? name : [first, name, last].filter(Boolean).join(" ");
}

/**
 * A row as the server takes it. Empty cells say nothing: they leave what is there. So do cells that only say that there
 * is nothing; a phone that is none is left out where the row has something else to be known by.
 * @returns `note`: what was left out
 */
export function contactOf(
  row: { cells: readonly string[] },
  plan: ColumnPlan,
): { item: Record<string, unknown>; note?: string } {
  const cell = (field: string) => {
    const column = plan.own.get(field);
    const value = column === undefined ? "" : plainCell(row.cells[column] ?? "");
    return field !== "tags" && field !== "externalId" && NOTHING.test(value) ? "" : value;
  };
  const name = nameOf(cell);
  const [email, externalId, phone] = [cell("email"), cell("externalId"), cell("phone")];
  const noPhone = phone !== "" && readPhone(phone) === null && (email !== "" || externalId !== "");
  const own = Object.entries({ name, email, phone: noPhone ? "" : phone, externalId });
  const tags = cell("tags")
    .split(plan.blanksPartTags ? /[\s,;]+/ : /[,;]/)
    .map((tag) => tag.trim())
    .filter(Boolean);
  const values = plan.custom
    .map(
      ({ definition, column }) =>
        [definition.key, customValue(definition, plainCell(row.cells[column] ?? ""))] as const,
    )
    .filter(([, value]) => value !== "");
  const item = {
    ...Object.fromEntries(own.filter(([, value]) => value !== "")),
    ...(tags.length > 0 ? { tags } : {}),
    ...(values.length > 0 ? { customFields: Object.fromEntries(values) } : {}),
  };
  return noPhone
    ? { item, note: `phone: ${JSON.stringify(phone)} is no phone number and was left out` }
    : { item };
}
