import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Registers guests; who cannot come in person is offered the stream. */
export const eventRegistration: Template = {
  id: "event-registration",
  name: "Event registration",
  description:
    "Registers guests for an event: on site or online, seats, workshops, food and contact details. Answers questions about the programme and hands large groups to a person.",
  category: "events",
  collects: ["on site or online", "seats", "workshops", "food", "name", "email"],
  setup: [
    "Put name, date and place of your event into the texts, and the programme into the knowledge base.",
    "Replace the workshops by yours.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Registers guests and answers questions about the event.",
    language: "en",
    temperature: 0.4,
    strictness: 85,
    instructions: [
      "You register guests for our event and look forward to every one of them.",
      "Answer questions about programme, speakers, place, journey and prices from the knowledge base. What is not settled yet, you do not know.",
      "Registrations that are made already are changed by people: hand over.",
      "Be lively and brief.",
    ].join("\n\n"),
    ai: { enabled: true, mode: "ai_first", greetingOverride: null },
    widget: {
      ...colours("#1e3a8a", "#eff6ff"),
      headerTitle: "Register",
      chatIconCtaText: "Save your seat",
      widgetPosition: "center",
    },
    widgetTexts: {
      welcomeMessage: "Hello! Will you be there?",
      inputPlaceholder: "Type your answer…",
      thinkingLabel: "One moment…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step(
      "start",
      {
        variables: [
          { name: "seats", value: 1 },
          { name: "workshops", value: "none" },
          { name: "food", value: "anything" },
        ],
      },
      "how",
    ),
    how: step(
      "choice",
      {
        text: "Hello! Lovely that you are interested in our spring conference. How would you like to take part?",
        options: [
          { id: "site", label: "On site" },
          { id: "online", label: "Online" },
          { id: "change", label: "Change my registration" },
          { id: "question", label: "I have a question" },
        ],
        variable: "how",
        timeoutSeconds: PATIENCE,
      },
      {
        site: "seats",
        online: "one_seat",
        change: "person",
        question: "answer",
        other: "answer",
        timeout: "quiet",
      },
    ),
    answer: step(
      "ai_answer",
      { minConfidence: 0.5, maxTurns: 2, timeoutSeconds: 10 * 60 },
      { answered: "and_now", no_answer: "person", handoff: "person" },
    ),
    and_now: step(
      "choice",
      {
        text: "Shall I register you?",
        options: [
          { id: "yes", label: "Yes, please" },
          { id: "no", label: "Not yet" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "how", no: "bye", other: "answer", timeout: "bye" },
    ),
    // Somebody may have begun for several people on site.
    one_seat: step("set_variable", { variable: "seats", value: 1 }, "no_workshops"),
    no_workshops: step("set_variable", { variable: "workshops", value: "none" }, "no_food"),
    no_food: step("set_variable", { variable: "food", value: "none" }, "name"),
    seats: step(
      "question",
      {
        text: "How many seats do you need?",
        answer: "number",
        min: 1,
        max: 500,
        variable: "seats",
        retryText: "Please enter how many people come, you included.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "group", invalid: "person", timeout: "quiet" },
    ),
    group: step(
      "condition",
      { cases: [{ id: "large", rules: [{ variable: "seats", operator: "greater_than", value: 5 }] }] },
      { large: "large_group", else: "workshops" },
    ),
    large_group: step("handoff", {
      message:
        "{{seats}} seats, wonderful! For groups we have a better price. A colleague is joining this chat.",
      note: "Group registration, {{seats}} seats.",
    }),
    workshops: step(
      "choice",
      {
        text: "Which workshops interest you? You may choose several, separated by commas.",
        options: [
          { id: "none", label: "None" },
          { id: "beginners", label: "For beginners" },
          { id: "practice", label: "From practice" },
          { id: "future", label: "What comes next" },
        ],
        multiple: true,
        variable: "workshops",
        timeoutSeconds: PATIENCE,
      },
      { answered: "food", other: "food", timeout: "quiet" },
    ),
    food: step(
      "choice",
      {
        text: "And what do you eat?",
        options: [
          { id: "all", label: "Everything" },
          { id: "vegetarian", label: "Vegetarian" },
          { id: "vegan", label: "Vegan" },
          { id: "special", label: "Something special" },
        ],
        variable: "food",
        timeoutSeconds: PATIENCE,
      },
      {
        all: "name",
        vegetarian: "name",
        vegan: "name",
        special: "special_food",
        other: "name",
        timeout: "quiet",
      },
    ),
    special_food: step(
      "question",
      {
        text: "What should the kitchen know?",
        max: 300,
        variable: "food",
        timeoutSeconds: PATIENCE,
      },
      { answered: "name", invalid: "name", timeout: "quiet" },
    ),
    name: step(
      "question",
      {
        text: "Great! Which name shall be on the badge?",
        min: 2,
        max: 100,
        variable: "name",
        retryText: "Please enter your first and last name.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "email", invalid: "person", timeout: "quiet" },
    ),
    email: step(
      "question",
      {
        text: "And where may we send the confirmation?",
        answer: "email",
        variable: "email",
        retryText: "That does not look like an email address. Please try once more.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "confirm", invalid: "person", timeout: "quiet" },
    ),
    confirm: step(
      "choice",
      {
        text: "{{how}}, {{seats}} seat(s), workshops: {{workshops}}, for {{name}} ({{email}}). Is that right?",
        options: [
          { id: "yes", label: "Yes, register me" },
          { id: "change", label: "Start over" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "store_name", change: "how", other: "person", timeout: "quiet" },
    ),
    store_name: step("set_field", { field: "name", value: "{{name}}" }, "store_email"),
    store_email: step("set_field", { field: "email", value: "{{email}}" }, "lead"),
    lead: step("create_lead", { name: "{{name}}", email: "{{email}}" }, "ticket"),
    ticket: step(
      "create_ticket",
      {
        subject: "Registration: {{name}}, {{seats}} × {{how}}",
        text: "{{name}}, {{email}}\nWorkshops: {{workshops}}\nFood: {{food}}",
      },
      "thanks",
    ),
    person: step("handoff", {
      message: "A colleague helps you with that. One moment, please.",
      note: "About the event. Last message: {{last_message}}",
    }),
    thanks: step("end", { message: "Done, {{name}}! The confirmation goes to {{email}}. See you soon!" }),
    bye: step("end", { message: "All right. Seats are limited, so write here soon!" }),
    quiet: step("end", {
      message: "I will leave you to it. You are not registered yet; write here any time to go on.",
    }),
  },
};
