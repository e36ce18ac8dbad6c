import type { BlockContext, Read } from "./piece.ts";
import { quoted } from "./report.ts";
import { pathOf } from "./response-path.ts";
import type { TypebotBlock } from "./schema.ts";
import { isSecret } from "./secrets.ts";

/** "Webhook" (their HTTP request) and its relatives. */

/** Longest body that a node holds, in characters; most headers and saved values; longest header. */
const MAX_BODY = 10_000;
const MAX_HEADERS = 20;
const MAX_SAVED = 20;
const MAX_HEADER_VALUE = 1000;

export const request: Read = (block, context) => {
  const { webhook, responseVariableMapping = [] } = block.options;
  const method = webhook?.method ?? "POST";
  const headers = pairs(webhook?.headers, context).slice(0, MAX_HEADERS);
  const url = addressOf(webhook?.url ?? "", webhook?.queryParams, context);
  const body = method === "GET" ? "" : bodyOf(block, context);
  const save = responseVariableMapping.flatMap(({ variableId, bodyPath = "" }) => {
    const variable = context.variables.byId(variableId);
    if (variable === undefined || bodyPath === "") return [];
    const path = pathOf(bodyPath);
    if (path !== null) return [{ path, variable }];
    const title = quoted(context.variables.titleOf(variableId) ?? "");
    context.report("not_done", `${title} is not set from an answer: ${quoted(bodyPath)} is code`);
    return [];
  });
  const id = context.newId("http_request");
  const data = {
    method,
    url,
    headers: headers.map(({ key, value }) => ({ name: key, value: value.slice(0, MAX_HEADER_VALUE) })),
    ...(body === "" ? {} : { body }),
    save: save.slice(0, MAX_SAVED),
  };
  // Theirs goes on in the same way whatever the answer was.
  const exits = ["success", "error"].map((handle) => ({ nodeId: id, handle }));
  return { nodes: [{ id, type: "http_request", data }], edges: [], exits };
};

/** Headers or parameters in our names, without those that hold secrets. Those without a value are not sent there. */
function pairs(list: { key?: string; value?: string }[] = [], context: BlockContext) {
  const named = list.map(({ key = "", value = "" }) => ({ key: key.toWellFormed().trim(), value }));
  const secret = named.filter(isSecret);
  if (secret.length > 0) {
    const names = [...new Set(secret.map(({ key }) => key))].join(", ");
    context.report("not_done", `credentials are left out of requests: ${quoted(names)}`);
  }
  return named
    .filter((pair) => pair.key !== "" && pair.value !== "" && !isSecret(pair))
    .map(({ key, value }) => ({ key, value: context.text(value) }));
}

/** The address with its parameters; those that hold secrets are left out of it, too. */
function addressOf(
  address: string,
  queryParams: { key?: string; value?: string }[] | undefined,
  context: BlockContext,
): string {
  const [base = "", own = ""] = address.trim().split(/\?(.*)/s);
  const parts = own.split("&").filter((part) => part !== "");
  const kept = parts.filter((part) => {
    const [key = "", value = ""] = part.split(/=(.*)/s);
    return !isSecret({ key, value });
  });
  if (kept.length < parts.length) {
    context.report("not_done", "credentials are left out of requests: those in the address");
  }
  const given = pairs(queryParams, context).map(
    ({ key, value }) => `${encodeURIComponent(key)}=${encoded(value)}`,
  );
  const query = [...kept.map((part) => context.text(part)), ...given].join("&");
  return `${context.text(base)}${query === "" ? "" : `?${query}`}`;
}

/** Percent-encoded but for placeholders, which are encoded when they are filled in. */
function encoded(text: string): string {
  return text
    .split(/(\{\{\w+\}\})/)
    .map((part) => (/^\{\{\w+\}\}$/.test(part) ? part : encodeURIComponent(part.toWellFormed())))
    .join("");
}

/** Their body, or without one of its own all answers as JSON, which is what they send then. */
function bodyOf(block: TypebotBlock, context: BlockContext): string {
  const { webhook, isCustomBody } = block.options;
  const own = isCustomBody && webhook?.body !== "{{state}}" ? context.text(webhook?.body ?? "") : "";
  if (own.length > MAX_BODY) {
    context.report(
      "not_done",
      `a request is sent without its body, which has more than ${MAX_BODY} characters`,
    );
    return "";
  }
  if (own !== "") return own;
  const answers = context.usage.stored().flatMap((variableId) => {
    const name = context.variables.byId(variableId);
    const title = context.variables.titleOf(variableId);
    return name === undefined || title === undefined ? [] : [`${JSON.stringify(title)}: {{${name}}}`];
  });
  context.report(
    "to_know",
    "a request without a body of its own sends the variables; there also the answers that no variable keeps, and the time",
  );
  const body = `{${answers.join(", ")}}`;
  return body.length > MAX_BODY ? "" : body;
}
