import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Takes reservations of a restaurant; large parties are for people. */
export const tableReservation: Template = {
  id: "table-reservation",
  name: "Table reservation",
  description:
    "Takes a restaurant's reservations: guests, day, time, wishes such as a high chair or allergies, and contact details. Groups are handed to a person.",
  category: "booking",
  collects: ["guests", "day", "time", "wishes", "name", "phone"],
  setup: [
    "Adapt the opening hours, and from how many guests on a group is for a person.",
    "Put the menu and the way to you into the knowledge base.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Takes reservations and answers questions about the house.",
    language: "en",
    temperature: 0.5,
    strictness: 80,
    instructions: [
      "You are the host of a restaurant, cheerful and attentive.",
      "Answer questions about the menu, opening hours, parking and the terrace from the knowledge base.",
      "About allergens, say only what the knowledge base states, and always add that guests should tell the staff too.",
      "You take wishes for reservations, and the team confirms them. Never promise a certain table.",
    ].join("\n\n"),
    ai: {
      enabled: true,
      mode: "ai_first",
      greetingOverride: "Welcome! Would you like a table, or do you have a question?",
    },
    widget: {
      ...colours("#9f1239", "#fff1f2"),
      headerTitle: "Reserve a table",
      chatIconCtaText: "Reserve a table",
      bubbleStyle: "speech",
    },
    widgetTexts: {
      welcomeMessage: "Welcome! Would you like to reserve a table?",
      inputPlaceholder: "Type your answer…",
      thinkingLabel: "Just a moment…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step("start", {}, "today"),
    today: step("set_variable", { variable: "today", operation: "now" }, "welcome"),
    welcome: step(
      "choice",
      {
        text: "Welcome! What can I do for you?",
        options: [
          { id: "table", label: "Reserve a table" },
          { id: "question", label: "Ask something" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { table: "guests", question: "answer", other: "answer", timeout: "quiet" },
    ),
    answer: step(
      "ai_answer",
      { minConfidence: 0.5, maxTurns: 3, timeoutSeconds: 10 * 60 },
      { answered: "and_now", no_answer: "person", handoff: "person" },
    ),
    and_now: step(
      "choice",
      {
        text: "May I reserve a table for you?",
        options: [
          { id: "table", label: "Yes, please" },
          { id: "no", label: "Not now" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { table: "guests", no: "bye", other: "answer", timeout: "bye" },
    ),
    guests: step(
      "question",
      {
        text: "With pleasure! For how many guests?",
        answer: "number",
        min: 1,
        max: 60,
        variable: "guests",
        retryText: "Please enter the number of guests, from 1 to 60.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "group", invalid: "person", timeout: "quiet" },
    ),
    group: step(
      "condition",
      { cases: [{ id: "large", rules: [{ variable: "guests", operator: "greater_than", value: 8 }] }] },
      { large: "group_note", else: "day" },
    ),
    group_note: step("handoff", {
      message:
        "How nice! For {{guests}} guests we like to plan with you in person. A colleague is joining this chat.",
      note: "Group of {{guests}}.",
    }),
    day: step(
      "question",
      {
        text: "On which day? Please write it as year-month-day, for example 2027-02-14. We are closed on Mondays.",
        answer: "date",
        variable: "day",
        retryText: "Please write the day as year-month-day, for example 2027-02-14.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "in_future", invalid: "person", timeout: "quiet" },
    ),
    in_future: step(
      "condition",
      { cases: [{ id: "past", rules: [{ variable: "day", operator: "at_most", value: "{{today}}" }] }] },
      { past: "too_early", else: "time" },
    ),
    too_early: step(
      "message",
      { text: "For today, please give us a call. Online I can reserve from tomorrow on." },
      "day",
    ),
    time: step(
      "question",
      {
        text: "At what time? The kitchen is open from 17:30 to 22:00.",
        pattern: "(17:[345][0-9]|1[89]:[0-5][0-9]|2[01]:[0-5][0-9]|22:00)",
        variable: "time",
        retryText: "Please enter a time from 17:30 to 22:00, for example 19:30.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "wishes", invalid: "person", timeout: "quiet" },
    ),
    wishes: step(
      "choice",
      {
        text: "Any wishes? You may choose several, separated by commas.",
        options: [
          { id: "none", label: "None" },
          { id: "outside", label: "Outside, if possible" },
          { id: "child", label: "High chair" },
          { id: "wheelchair", label: "Step-free access" },
          { id: "allergy", label: "Allergies" },
        ],
        multiple: true,
        variable: "wishes",
        timeoutSeconds: PATIENCE,
      },
      { answered: "allergic", other: "allergic", timeout: "quiet" },
    ),
    allergic: step(
      "condition",
      { cases: [{ id: "yes", rules: [{ variable: "wishes", operator: "contains", value: "Allergies" }] }] },
      { yes: "allergies", else: "name" },
    ),
    allergies: step(
      "question",
      {
        text: "Which allergies should the kitchen know about?",
        max: 500,
        variable: "allergies",
        timeoutSeconds: PATIENCE,
      },
      { answered: "add_allergies", invalid: "name", timeout: "quiet" },
    ),
    add_allergies: step(
      "set_variable",
      { variable: "wishes", operation: "append", value: "{{allergies}}" },
      "name",
    ),
    name: step(
      "question",
      { text: "In which name may I note it?", min: 2, max: 100, variable: "name", timeoutSeconds: PATIENCE },
      { answered: "phone", invalid: "person", timeout: "quiet" },
    ),
    phone: step(
      "question",
      {
        text: "And a phone number for the confirmation?",
        answer: "phone",
        variable: "phone",
        retryText: "Please enter the number with its area code.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "store_name", invalid: "person", timeout: "quiet" },
    ),
    store_name: step("set_field", { field: "name", value: "{{name}}" }, "store_phone"),
    store_phone: step("set_field", { field: "phone", value: "{{phone}}" }, "ticket"),
    ticket: step(
      "create_ticket",
      {
        subject: "Table for {{guests}} on {{day}} at {{time}}",
        text: "{{name}}, {{phone}}\nWishes: {{wishes}}",
        priority: "high",
      },
      "thanks",
    ),
    person: step("handoff", {
      message: "A colleague can help you better with that; one moment, please.",
      note: "Last message: {{last_message}}",
    }),
    thanks: step("end", {
      message:
        "Thank you, {{name}}! A table for {{guests}} on {{day}} at {{time}} is noted. We confirm by message or phone.",
    }),
    bye: step("end", { message: "You are welcome! We look forward to seeing you." }),
    quiet: step("end", {
      message: "I will leave you to it. Nothing was reserved; write here any time to go on.",
    }),
  },
};
