import { describe, expect, it } from "vitest";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { draftOf, type Sketch, sessionIn } from "./flows.ts";

/** The lead that a flow of these questions records, answered in order. */
function leadAfter(
  questions: Record<string, unknown>[],
  answers: string[],
  lead: Record<string, unknown> = {},
) {
  const nodes: Sketch[] = [
    ["start", "start"],
    ...questions.map((data, i): Sketch => [`q${i}`, "question", { text: "?", ...data }]),
    ["lead", "create_lead", lead],
    ["end", "end"],
  ];
  const edges = nodes.slice(0, -1).map(([id, type], i) => {
    const handle = type === "question" ? ".answered" : "";
    return `${id}${handle} > ${nodes[i + 1]?.[0]}`;
  });
  const session = sessionIn(nodes, edges, {
    variables: { "contact.name": "Known", "contact.email": "known@example.com" },
  });
  for (const answer of answers) session.say(answer);
  const { problems } = validateFlow(draftOf(nodes, edges));
  return { lead: session.effects("createLead")[0], warned: problems.map(({ code }) => code) };
}

describe("a lead that says nothing itself", () => {
  it("is what the flow asked for, by the names of its variables", () => {
    const { lead, warned } = leadAfter(
      [{ variable: "name" }, { answer: "email", variable: "email" }],
      ["Ada", "ada@example.com"],
    );
    expect(lead).toMatchObject({ name: "Ada", email: "ada@example.com", phone: "" });
    expect(warned).not.toContain("empty_lead");
  });

  it("is what the flow asked for, by the kind of its questions", () => {
    const questions = [
      { answer: "phone", variable: "mobile" },
      { answer: "email", variable: "work_address" },
      { answer: "text", variable: "Name" },
    ];
    const { lead } = leadAfter(questions, ["+49 30 999999", "ada@example.com", "Ada"]);
    expect(lead).toMatchObject({ name: "Ada", email: "ada@example.com", phone: "+49 30 999999" });
  });

  it("takes the contact's own where nothing was asked, and what the node says before all else", () => {
    expect(leadAfter([{ variable: "name" }], ["Ada"]).lead).toMatchObject({
      name: "Ada",
      email: "known@example.com",
    });
    expect(leadAfter([{ variable: "name" }], ["Ada"], { name: "Team of {{name}}" }).lead?.name).toBe(
      "Team of Ada",
    );
  });

  it("is warned of where it would hold nothing that the flow asked for", () => {
    expect(leadAfter([{ text: "Well?" }], []).warned).toContain("empty_lead");
    const lost = leadAfter([{ variable: "name" }, { answer: "email" }], []).warned;
    expect(lost).toContain("not_stored");
    expect(lost).not.toContain("empty_lead");
    expect(
      leadAfter([{ variable: "name" }, { answer: "email" }], [], { email: "{{name}}" }).warned,
    ).not.toContain("not_stored");
  });

  it("has room for what else was asked, without what was left empty", () => {
    const details = [
      { name: "Company size", value: "{{size}}" },
      { name: "Budget", value: "{{last_message}}" },
      { name: "Nothing", value: "{{contact.phone}}" },
    ];
    expect(leadAfter([{ variable: "size" }], ["50-100"], { details }).lead?.details).toEqual([
      { name: "Company size", value: "50-100" },
      { name: "Budget", value: "50-100" },
    ]);
  });
});
