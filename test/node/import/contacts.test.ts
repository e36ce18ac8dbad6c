import { describe, expect, it } from "vitest";
import { contactOf, type Definition, planColumns } from "../../../bin/import/contacts.ts";
import { csvTable } from "../../../bin/import/csv.ts";
import { asUtf8 } from "../../../bin/import/source.ts";
import { sample } from "./samples.ts";

const DEFINITIONS: Definition[] = [
  { key: "size", label: "Size", type: "number" },
  { key: "wants_news", label: "Newsletter", type: "boolean" },
];

/** What the rows of a CSV text come to, or their problems. */
function contacts(text: Buffer, mapping: string[] = [], definitions = DEFINITIONS) {
  const { headings, rows } = csvTable(text);
  const plan = planColumns(headings, definitions, mapping);
  return { plan, rows: [...rows].map((row) => ("problem" in row ? row : contactOf(row, plan).item)) };
}

describe("contacts from CSV", () => {
  it("part Zendesk's tags by blanks, in which no tag of theirs has one, and nobody else's", () => {
    const tags = (headings: string, cell: string) =>
      contacts(
        Buffer.from(
          `email,${headings}tags\na@b.example,${",".repeat(headings.split(",").length - 1)}${cell}\n`,
        ),
      ).rows;
    expect(tags("role,ticket_restriction,", "vip early_bird")).toMatchObject([
      { tags: ["vip", "early_bird"] },
    ]);
    expect(tags("role,brand,", "New customer; VIP")).toMatchObject([{ tags: ["New customer", "VIP"] }]);
  });

  it("knows columns by their headings, however these are written, custom fields by key or label", () => {
    const { plan, rows } = contacts(asUtf8(sample("contacts.csv")) ?? Buffer.alloc(0));
    expect(plan.ignored).toEqual(["Remark"]);
    expect(rows.slice(0, 2)).toEqual([
      {
        externalId: "1",
        name: "Ada Lovelace",
        email: "ada@example.com",
        phone: "+44 20 7946 0001",
        tags: ["VIP", "early"],
        customFields: { size: "42", wants_news: "true" },
      },
      {
        externalId: "2",
        name: "Müller; Zoë",
        email: "zoe@example.com",
        tags: ["vip"],
        customFields: { wants_news: "false" },
      },
    ]);
    expect(rows[3]).toMatchObject({ name: 'Broken "quote" inside' });
    expect(rows[4]).toMatchObject({ line: 7, problem: expect.stringContaining("quote") });
    expect(rows[6]).toMatchObject({ line: 9, problem: expect.stringContaining("9 cells") });
    expect(rows[7]).toEqual({ externalId: "7", name: "Short", email: "short@example.com" });
  });

  it("puts first and last name together", () => {
    const { rows } = contacts(
      Buffer.from("First Name,Surname,Mail\nAda,Lovelace,a@example.com\n,Solo,s@example.com\n"),
    );
    expect(rows).toEqual([
      { name: "Ada Lovelace", email: "a@example.com" },
      { name: "Solo", email: "s@example.com" },
    ]);
  });

  it("takes columns as they are mapped, before their headings say anything", () => {
    const text = Buffer.from("Id,Customer,E-Mail,Backup email,Shoe\n7,Ada,a@example.com,b@example.com,39\n");
    const mapping = ["customer=name", "Backup email=email", "Shoe=size", "E-Mail=none"];
    const { plan, rows } = contacts(text, mapping);
    expect(rows).toEqual([{ name: "Ada", email: "b@example.com", customFields: { size: "39" } }]);
    expect(plan.ignored).toEqual(["Id"]);
    expect(contacts(text, [...mapping, "Id=externalId"]).rows).toMatchObject([{ externalId: "7" }]);
  });

  it("refuses mappings of what is not there, and files that cannot tell contacts apart", () => {
    const text = Buffer.from("Name,Mail\nAda,a@example.com\n");
    expect(() => contacts(text, ["Nme=name"])).toThrow(/no column "Nme"/);
    expect(() => contacts(text, ["Name"])).toThrow(/no column "Name"/);
    expect(() => contacts(text, ["Name=colour"])).toThrow(/"colour" is none of name, email.*size/);
    expect(() => contacts(Buffer.from("Name,Town\nAda,London\n"))).toThrow(/email, phone or externalId/);
    expect(() => contacts(Buffer.from(""))).toThrow(/email, phone or externalId/);
  });

  it("takes no bare id for an external id, but what says whose id it is", () => {
    const text = (heading: string) => Buffer.from(`${heading},email\n1,a@example.com\n`);
    for (const heading of ["id", "ID", "#", "Id."]) {
      expect(contacts(text(heading)).rows).toEqual([{ email: "a@example.com" }]);
    }
    for (const heading of ["identifier", "User ID", "external_id"]) {
      expect(contacts(text(heading)).rows).toEqual([{ externalId: "1", email: "a@example.com" }]);
    }
    expect(() => contacts(Buffer.from("id,name\n1,Ada\n"))).toThrow(/--map "id=externalId"/);
  });

  it.each([
    ["Name,E-Mail,Telefon", "Ada,a@example.com,030 1234567"],
    ["Vorname,Name,Mail-Adresse,Handy", "Ada,Lovelace,a@example.com,030 1234567"],
    ["Prénom,Nom,Courriel,Téléphone", "Ada,Lovelace,a@example.com,030 1234567"],
    ["Nombre,Apellidos,Correo electrónico,Teléfono", "Ada,Lovelace,a@example.com,030 1234567"],
    ["Full name,First name,E-mail,Mobile Number", "Ada Lovelace,Ada,a@example.com,030 1234567"],
    ["NOME COMPLETO,E-mail,Telemóvel", "Ada Lovelace,a@example.com,030 1234567"],
  ])("knows the headings %s", (headings, row) => {
    const { plan, rows } = contacts(Buffer.from(`${headings}\n${row}\n`));
    expect(plan.ignored).toEqual([]);
    const [first] = rows;
    expect(first).toMatchObject({ email: "a@example.com", phone: "030 1234567" });
    expect(first).toMatchObject({ name: row.includes("Lovelace") ? "Ada Lovelace" : "Ada" });
  });

  it("reads cells as they were before a spreadsheet, and keeps rows whose phone alone is none", () => {
    const { headings, rows } = csvTable(
      Buffer.from(
        "sep=;\nName;Email;Phone\nAda;a@example.com;'+49 30 1234567\nBob;b@example.com;call me\nCy;;none\nN/A;d@example.com;n/a\n",
      ),
    );
    const plan = planColumns(headings, [], []);
    expect(
      [...rows].map((row) => ("problem" in row ? row : { line: row.line, ...contactOf(row, plan) })),
    ).toEqual([
      { line: 3, item: { name: "Ada", email: "a@example.com", phone: "+49 30 1234567" } },
      { line: 4, item: { name: "Bob", email: "b@example.com" }, note: expect.stringContaining('"call me"') },
      { line: 5, item: { name: "Cy" } },
      { line: 6, item: { email: "d@example.com" } },
    ]);
  });
});
