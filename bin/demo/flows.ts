/** The flows of the demo shop's three chatbots: what each asks, and where it leads. */

/** Where an edge comes from, with its handle (`question.answered`), and where it leads. */
type Step = [id: string, type: string, data: object, leadsTo?: Record<string, string>];

function flowOf(steps: Step[]) {
  const nodes = steps.map(([id, type, data]) => ({ id, type, data }));
  const edges = steps.flatMap(([source, , , leadsTo = {}]) =>
    Object.entries(leadsTo).map(([sourceHandle, target]) => ({ source, sourceHandle, target })),
  );
  return { nodes, edges };
}

/** How long a question waits, in seconds: who does not answer by then has left. */
const PATIENCE = 3 * 86_400;

export const GUIDE_FLOW = flowOf([
  ["start", "start", {}, { next: "topic" }],
  [
    "topic",
    "choice",
    {
      text: "Hello, this is Fernweh! What is it about?",
      options: [
        { id: "order", label: "My order" },
        { id: "advice", label: "Advice on gear" },
        { id: "return", label: "A return or exchange" },
        { id: "question", label: "Another question" },
      ],
      variable: "topic",
      timeoutSeconds: PATIENCE,
    },
    {
      ...{ order: "order", advice: "trip", return: "returning", question: "ask" },
      // Who types a question in place of a choice is answered.
      ...{ other: "answer", timeout: "quiet" },
    },
  ],
  [
    "order",
    "question",
    { text: "What is your order number?", variable: "order", timeoutSeconds: PATIENCE },
    { answered: "look", invalid: "person", timeout: "quiet" },
  ],
  [
    "look",
    "handoff",
    { message: "Thank you, a colleague looks for {{order}} now.", note: "Asks about order {{order}}." },
  ],
  [
    "trip",
    "question",
    { text: "Where do you go, and with how many?", variable: "trip", timeoutSeconds: PATIENCE },
    { answered: "name", invalid: "person", timeout: "quiet" },
  ],
  // Name and address directly behind each other: the widget asks for both in one form.
  [
    "name",
    "question",
    {
      text: "We put together three suggestions. Who are they for?",
      variable: "name",
      timeoutSeconds: PATIENCE,
    },
    { answered: "email", invalid: "person", timeout: "quiet" },
  ],
  [
    "email",
    "question",
    {
      text: "And to which address?",
      answer: "email",
      variable: "email",
      timeoutSeconds: PATIENCE,
    },
    { answered: "lead", invalid: "person", timeout: "quiet" },
  ],
  ["lead", "create_lead", { name: "{{name}}", email: "{{email}}" }, { next: "tag" }],
  ["tag", "add_tag", { tag: "Advice" }, { next: "promise" }],
  ["promise", "end", { message: "They are in your mail today. Have a good trip!" }],
  [
    "returning",
    "message",
    { text: "You have 60 days, and the label is in your account under Orders." },
    { next: "helped" },
  ],
  [
    "helped",
    "choice",
    {
      text: "Is that enough?",
      options: [
        { id: "yes", label: "Yes, thanks" },
        { id: "no", label: "I need a person" },
      ],
      timeoutSeconds: PATIENCE,
    },
    { yes: "bye", no: "person", other: "person", timeout: "bye" },
  ],
  ["ask", "message", { text: "Gladly. What would you like to know?" }, { next: "answer" }],
  [
    "answer",
    "ai_answer",
    { maxTurns: 10, timeoutSeconds: PATIENCE },
    { answered: "bye", no_answer: "person", handoff: "person" },
  ],
  ["bye", "end", { message: "Happy to help." }],
  ["person", "handoff", { message: "A colleague takes over." }],
  ["quiet", "end", {}],
]);

export const DESK_FLOW = flowOf([
  ["start", "start", {}, { next: "what" }],
  [
    "what",
    "question",
    {
      text: "Help desk here. What is broken, and since when?",
      min: 5,
      variable: "what",
      timeoutSeconds: PATIENCE,
    },
    { answered: "urgency", invalid: "person", timeout: "quiet" },
  ],
  [
    "urgency",
    "choice",
    {
      text: "Do you need it in the next days?",
      options: [
        { id: "yes", label: "Yes, I leave soon" },
        { id: "no", label: "No hurry" },
      ],
      variable: "urgency",
      timeoutSeconds: PATIENCE,
    },
    { yes: "hot", no: "cold", other: "person", timeout: "quiet" },
  ],
  [
    "hot",
    "create_ticket",
    { subject: "Repair before a trip", text: "{{what}}", priority: "high" },
    { next: "soon" },
  ],
  ["soon", "handoff", { message: "I have filed it as urgent. A colleague answers within the hour." }],
  ["cold", "create_ticket", { subject: "Repair", text: "{{what}}", priority: "normal" }, { next: "filed" }],
  ["filed", "end", { message: "It is filed, and we write back within two days." }],
  ["person", "handoff", { message: "A colleague takes over." }],
  ["quiet", "end", {}],
]);

export const BUSINESS_FLOW = flowOf([
  ["start", "start", {}, { next: "hello" }],
  [
    "hello",
    "message",
    { text: "Welcome! Four short questions, then Ines calls you with prices." },
    { next: "name" },
  ],
  [
    "name",
    "question",
    { text: "Who am I speaking to?", variable: "name", timeoutSeconds: PATIENCE },
    { answered: "company", invalid: "quiet", timeout: "quiet" },
  ],
  [
    "company",
    "question",
    { text: "For which company or club?", variable: "company", timeoutSeconds: PATIENCE },
    { answered: "pieces", invalid: "quiet", timeout: "quiet" },
  ],
  [
    "pieces",
    "question",
    { text: "About how many pieces?", answer: "number", variable: "pieces", timeoutSeconds: PATIENCE },
    { answered: "email", invalid: "quiet", timeout: "quiet" },
  ],
  [
    "email",
    "question",
    { text: "And your email?", answer: "email", variable: "email", timeoutSeconds: PATIENCE },
    { answered: "lead", invalid: "quiet", timeout: "quiet" },
  ],
  ["lead", "create_lead", { name: "{{name}}, {{company}}", email: "{{email}}" }, { next: "tag" }],
  ["tag", "add_tag", { tag: "Wholesale" }, { next: "thanks" }],
  ["thanks", "end", { message: "Thank you, {{name}}. Ines calls within one working day." }],
  ["quiet", "end", {}],
]);
