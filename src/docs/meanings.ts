import type { ReferenceKind } from "../calls/references.ts";

/**
 * What parameters mean that need no description for an assistant: their names say it, and each word in a list of tools
 * costs context. A person who looks them up wants it said.
 */

/** Of what names another thing, by the kind of thing. */
const OF_KIND: Partial<Record<ReferenceKind, string>> = {
  chatbot: "The chatbot: its id or name",
  flow: "The flow: its id or name",
  flowVersion: "The version of the flow: its id, number or name",
  conversation: "The conversation's id",
  contact: "The contact: its id, email or phone",
  tag: "The tag: its id or name",
  customField: "The custom field: its key, label or id",
  inbox: "The inbox: its id or name",
  draft: "The draft reply's id",
  article: "The article: its id or title",
  category: "The category: its id or name",
  ticket: "The ticket: its id or number, such as 17 or #17",
  salesRule: "The sales rule: its id or name",
  testQuestion: "The test question's id",
  webhook: "The webhook: its id, address or description",
  response: "The response's id",
  assignee: "A member or bot: its id or name; me is who calls",
};

/** Of one tool's parameter, where the name alone means another thing than elsewhere. */
const OF_TOOL: Record<string, string> = {
  "update_channel.state": "Whether the inbox is on: disabled, nothing comes in or goes out",
  "list_sales_rules.active": "Only those that are switched on, or off",
  "list_leads.query": "Words in the lead's name, email or phone",
  "search_knowledge.query": "A question, or words to look for in the articles",
  "search_products.query": "Words to look for in the products",
  "list_conversations.status": "Only with this status",
  "search_conversations.status": "Only with this status",
  "list_draft_replies.status": "Only with this status",
  "list_tickets.status": "Only with this status",
  "list_responses.status": "Only with this status",
  "list_webhooks.status": "Only with this status",
  "get_webhook_delivery_logs.status": "Only with this status",
  "list_conversations.channel": "Only on this channel",
  "search_conversations.channel": "Only on this channel",
  "list_templates.category": "Only of this category",
  "list_products.availability": "Only with this availability",
  "create_webhook.url": "Where events are posted: an https address that is public",
  "update_webhook.url": "Where events are posted: an https address that is public",
};

/** Of a parameter of this name, whichever tool has it. */
const OF_NAME: Record<string, string> = {
  cursor: "The nextCursor of the page before; left out: the first page",
  limit: "How many at most on a page",
  page: "Number of the page, for whoever counts pages; cursor is faster",
  name: "What it is called",
  title: "What it is headed by",
  description: "What it is, in a sentence or two",
  text: "What is written or sent",
  status: "The status that it gets",
  channel: "The channel to use, where the contact is on several",
  query: "Words to look for",
  active: "Whether it is switched on",
  sort: "What comes first",
  tagIds: "Several tags: their ids or names",
  nodeId: "The node's id in the flow",
  seoKeywords: "Words that people search for, for search engines",
  metaDescription: "Summary for search engines",
  priority: "How urgent it is",
  trigger: "When the rule applies",
  email: "Email address",
  phone: "Phone number, in any notation",
  matchBy: "What the contact is found by before it is made",
  color: "Colour as #rrggbb",
  key: "Name in placeholders and filters: small letters, digits and _",
  label: "What people see",
  type: "What its values are",
  instructions: "How the AI shall answer; takes the place of what was there",
  model: "The model that answers, by id or name",
  enabled: "Whether the AI answers",
  config: "What to change of the widget's look; the rest stays",
  inputPlaceholder: "Shown in the empty field for a message",
  submitLabel: "On the button that sends",
  versionName: "What the version is to be called",
  node: "The node to add, as on the page of flow nodes",
  position: "Where an editor draws it",
  edge: "From which node, by which handle, to which node",
  category: "The category of templates",
  reviewStatus: "Draft, in review or published; the AI uses published ones alone",
  days: "The last days, today included",
  subject: "What it is about, in a line",
  note: "Private note for the team",
  startDate: "From this day or time on",
  endDate: "Up to this day or time",
  availability: "Whether it can be bought",
  expireOld: "When the secret until now stops being good",
  deliveryId: "One delivery of the log, by its id",
  since: "All that failed since this time",
  addTags: "Tags to put on, by id or name",
  removeTags: "Tags to take off, by id or name",
  question: "What a visitor asks",
  expects: "What the answer is held to; at least one",
};

/** Of a node's field in a flow. */
const OF_NODE_FIELD: Record<string, string> = {
  "message.text": "What is said; text or media is needed",
  "message.media": "A picture, video, sound or file to show",
  "message.links": "Links under the text",
  "question.answer": "What an answer must be to fit",
  "choice.options": "What can be chosen; optionsFrom can stand in its place",
  "set_variable.value": "What to set, append or add",
  "set_variable.min": "Least random number; left out: 1",
  "set_variable.max": "Greatest random number; left out: 100",
  "set_field.value": "What to write into it",
  "create_ticket.subject": "What it is about, in a line",
  "create_ticket.text": "What is to be done, in full",
  "create_ticket.priority": "How urgent it is",
  "create_lead.name": "The lead's name",
  "create_lead.email": "The lead's email address",
  "create_lead.phone": "The lead's phone number",
  "delay.seconds": "How long it waits",
  "http_request.method": "The HTTP method",
  "http_request.bodyType": "What the body is sent as",
  "http_request.save": "What of the answer to store, and into which variables",
  "http_request.timeoutSeconds": "Leaves by error after this time",
  "ai_answer.instructions": "How to answer, besides the chatbot's own instructions",
  "search_products.query": "Words to look for",
  "search_products.limit": "How many products to show at most",
  "goto.nodeId": "The node of this flow to go on at",
  "goto.flowId": "The flow to go on at the start of; exactly one of the two",
  "end.message": "What is said at the end",
};

/** A name as words: `sourceHandle` is "Source handle". */
function spaced(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * What a parameter without a description means: never nothing.
 * @param kind of what it names, where it is a reference
 */
export function meaningOf(tool: string, parameter: string, kind: ReferenceKind | undefined): string {
  return (
    OF_TOOL[`${tool}.${parameter}`] ??
    OF_NAME[parameter] ??
    (kind === undefined ? undefined : OF_KIND[kind]) ??
    spaced(parameter)
  );
}

/** What a field of a node's data means that has no description. */
export function nodeFieldMeaning(type: string, field: string): string {
  return OF_NODE_FIELD[`${type}.${field}`] ?? spaced(field);
}
