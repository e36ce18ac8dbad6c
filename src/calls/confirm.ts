import { Failure } from "../tenant/failure.ts";
import { visibleText } from "../tenant/visible-text.ts";
import type { Call, Tool } from "./define.ts";

/** A question shows each argument up to here: enough to see what is about to happen. */
const SHOWN_CHARACTERS = 500;

/** What is about to be done, in lines that a person can read. The arguments are the assistant's: made visible first. */
function describe(tool: Tool, args: unknown): string {
  const given = typeof args === "object" && args !== null ? Object.entries(args) : [];
  const lines = given
    .filter(([name]) => name !== "idempotencyKey")
    .map(([name, value]) => {
      const text = visibleText(typeof value === "string" ? value : JSON.stringify(value));
      return `${name}: ${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : text}`;
    });
  return [`${tool.title}?`, ...lines].join("\n");
}

/**
 * Has a person confirm a tool that destroys something, and every send where the workspace asks for that
 * (`confirmSends`). Call it before the tool runs.
 *
 * A client that cannot ask runs a destructive tool as annotated: it has shown the hint to its person. A send that
 * the workspace wants confirmed does not run without the confirmation.
 * @throws Failure `cancelled` when the person does not confirm; `not_allowed` when nobody can be asked about a send
 */
export async function confirmFirst(tool: Tool, call: Call, args: unknown): Promise<void> {
  const send = tool.hints.openWorld && call.principal.confirmSends;
  if (!send && !tool.hints.destructive) return;
  if (!call.canAsk("elicitation/create")) {
    if (!send) return;
    throw new Failure(
      "not_allowed",
      "This workspace has a person confirm each message, and this client cannot ask.",
      {
        hint: "Leave a draft with create_draft_reply: a person sends it.",
      },
    );
  }
  const answers = await call.ask({
    confirm: {
      method: "elicitation/create",
      params: {
        mode: "form",
        message: describe(tool, args),
        requestedSchema: {
          type: "object",
          properties: { confirm: { type: "boolean", title: "Yes, do this", default: false } },
          required: ["confirm"],
        },
      },
    },
  });
  const { action, content } = answers.confirm ?? {};
  const confirmed =
    typeof content === "object" && content !== null && "confirm" in content && content.confirm === true;
  if (action === "accept" && confirmed) return;
  throw new Failure("cancelled", "The person did not confirm this, so nothing was done.", {
    hint: "Ask what they want instead.",
  });
}
