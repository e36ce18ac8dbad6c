import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Gets to know an interested visitor, and tells large enquiries from small ones. */
export const leadCapture: Template = {
  id: "lead-capture",
  name: "Lead capture",
  description:
    "Welcomes interested visitors, asks for name, work email, team size and need, and records a lead. Large teams are offered a person at once.",
  category: "leads",
  collects: ["name", "email", "team size", "need", "phone (optional)"],
  setup: [
    "Write your company and what it sells into the instructions.",
    "Adapt the team sizes, and the promise to reply within one working day.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Greets interested visitors and records them as leads.",
    language: "en",
    temperature: 0.4,
    strictness: 70,
    instructions: [
      "You are the first contact for people who are interested in our product.",
      "Answer questions about the product briefly and from the knowledge base alone. When it does not hold the answer, say so and offer to have a colleague reply.",
      "Never promise prices, discounts, dates or features that the knowledge base does not state.",
      "Be warm and to the point: two or three sentences, no jargon, no pressure.",
      "When somebody says what they need, repeat it in your own words, so that they know they were understood.",
    ].join("\n\n"),
    ai: {
      enabled: true,
      mode: "ai_first",
      greetingOverride: "Hello! Tell me what you are looking for, and I will point you to the right person.",
    },
    widget: {
      ...colours("#1d4ed8", "#eff6ff"),
      headerTitle: "Talk to us",
      chatIconCtaText: "Questions? We are happy to help.",
    },
    widgetTexts: {
      welcomeMessage: "Hello! Would you like to find out whether we are a good fit?",
      inputPlaceholder: "Type your answer…",
      thinkingLabel: "One moment…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step("start", { variables: [{ name: "topic", value: "not said" }] }, "intent"),
    intent: step(
      "choice",
      {
        text: "Hello and welcome! What brings you here today?",
        options: [
          { id: "buy", label: "I am looking for a solution" },
          { id: "ask", label: "I have a question first" },
          { id: "look", label: "Just looking around" },
        ],
        variable: "intent",
        timeoutSeconds: PATIENCE,
      },
      { buy: "name", ask: "answer", look: "browse", other: "answer", timeout: "quiet" },
    ),
    answer: step(
      "ai_answer",
      {
        instructions: "Answer in two or three sentences. The visitor does not know the product yet.",
        minConfidence: 0.5,
        timeoutSeconds: PATIENCE,
      },
      { answered: "interested", no_answer: "unsure", handoff: "person" },
    ),
    unsure: step(
      "message",
      { text: "Good question! I would rather have a colleague answer that properly than guess." },
      "name",
    ),
    interested: step(
      "choice",
      {
        text: "Does that help? If you like, a colleague can tell you what it would look like for you.",
        options: [
          { id: "contact", label: "Yes, please contact me" },
          { id: "more", label: "I have another question" },
          { id: "done", label: "No, thank you" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { contact: "name", more: "answer", done: "browse", other: "answer", timeout: "quiet" },
    ),
    name: step(
      "question",
      {
        text: "Happy to help! May I ask your name?",
        answer: "text",
        min: 2,
        max: 100,
        variable: "name",
        retryText: "Please tell me your name, so that we know how to address you.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "store_name", invalid: "browse", timeout: "quiet" },
    ),
    store_name: step("set_field", { field: "name", value: "{{name}}" }, "email"),
    email: step(
      "question",
      {
        text: "Nice to meet you, {{name}}! At which email address can we reach you?",
        answer: "email",
        variable: "email",
        retryText: "That does not look like an email address. It should look like anna@example.com.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "store_email", invalid: "no_email", timeout: "quiet" },
    ),
    no_email: step("handoff", {
      message: "No problem, {{name}}. Let me get a colleague into this chat.",
      note: "{{name}} is interested but gave no valid email address. Came for: {{intent}}.",
    }),
    store_email: step("set_field", { field: "email", value: "{{email}}" }, "size"),
    size: step(
      "choice",
      {
        text: "How many people would use it?",
        options: [
          { id: "solo", label: "Just me" },
          { id: "small", label: "2–10" },
          { id: "medium", label: "11–50" },
          { id: "large", label: "More than 50" },
        ],
        variable: "team_size",
        timeoutSeconds: PATIENCE,
      },
      { solo: "need", small: "need", medium: "need", large: "need", other: "need", timeout: "lead" },
    ),
    need: step(
      "question",
      {
        text: "And what would you like to achieve? One or two sentences are enough.",
        answer: "text",
        min: 3,
        max: 1000,
        variable: "topic",
        retryText: "A few words are enough: what should be better than today?",
        timeoutSeconds: PATIENCE,
      },
      { answered: "lead", invalid: "lead", timeout: "lead" },
    ),
    lead: step("create_lead", { name: "{{name}}", email: "{{email}}" }, "worth_a_call"),
    worth_a_call: step(
      "condition",
      {
        cases: [
          { id: "large", rules: [{ variable: "team_size", operator: "equals", value: "More than 50" }] },
        ],
      },
      { large: "now_or_later", else: "thanks" },
    ),
    now_or_later: step(
      "choice",
      {
        text: "Thank you, {{name}}! For a team of your size a short talk saves the most time. Shall I get a colleague now?",
        options: [
          { id: "now", label: "Yes, now" },
          { id: "call", label: "Call me later" },
          { id: "mail", label: "Email is fine" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { now: "person", call: "phone", mail: "thanks", other: "person", timeout: "thanks" },
    ),
    phone: step(
      "question",
      {
        text: "Which number may we call?",
        answer: "phone",
        variable: "phone",
        retryText: "Please enter the number with its area code, for example +44 20 7946 0000.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "store_phone", invalid: "thanks", timeout: "thanks" },
    ),
    store_phone: step("set_field", { field: "phone", value: "{{phone}}" }, "call_ticket"),
    call_ticket: step(
      "create_ticket",
      {
        subject: "Call back {{name}}",
        text: "Team of more than 50. Phone: {{phone}}. Wants: {{topic}}",
        priority: "high",
      },
      "thanks",
    ),
    person: step("handoff", {
      message: "I am getting a colleague for you. It usually takes a few minutes.",
      note: "Interested visitor. Came for: {{intent}}. Wants: {{topic}}.",
    }),
    browse: step("end", {
      message: "Of course! Take your time, and write here whenever a question comes up.",
    }),
    thanks: step("end", {
      message:
        "Thank you, {{name}}! We have noted everything and will reply to {{email}} within one working day.",
    }),
    quiet: step("end", { message: "I will leave you to it. Write here any time to go on." }),
  },
};
