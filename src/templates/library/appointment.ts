import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Takes the wish for an appointment; a person confirms it. */
export const appointment: Template = {
  id: "appointment",
  name: "Appointment booking",
  description:
    "Takes a request for an appointment: service, day, time of day and contact details, with days in the past refused. Files it for the team to confirm.",
  category: "booking",
  collects: ["service", "day", "time of day", "first visit", "name", "phone", "email"],
  setup: [
    "Replace the services by yours, and adapt the opening hours in the texts.",
    "The request is a ticket that a person confirms; tell your team who does.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Takes requests for appointments.",
    language: "en",
    temperature: 0.3,
    strictness: 85,
    instructions: [
      "You help people to ask for an appointment. You cannot see the calendar: never confirm a time, say that the team confirms it.",
      "Answer questions about services, preparation, prices and how to find us from the knowledge base.",
      "Give no medical, legal or other professional advice. For an emergency, name the emergency number and hand over.",
      "Use polite, plain language; people may be in a hurry or nervous.",
    ].join("\n\n"),
    ai: { enabled: true, mode: "ai_first", greetingOverride: null },
    widget: {
      ...colours("#0369a1", "#f0f9ff"),
      headerTitle: "Appointments",
      chatIconCtaText: "Book an appointment",
    },
    widgetTexts: {
      welcomeMessage: "Hello! When would you like to come?",
      inputPlaceholder: "Type your answer…",
      thinkingLabel: "One moment…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step("start", { variables: [{ name: "wish", value: "none" }] }, "today"),
    today: step("set_variable", { variable: "today", operation: "now" }, "service"),
    service: step(
      "choice",
      {
        text: "Hello! I can take your request for an appointment. What is it for?",
        options: [
          { id: "consultation", label: "Consultation" },
          { id: "treatment", label: "Treatment" },
          { id: "followup", label: "Follow-up" },
          { id: "question", label: "I have a question first" },
        ],
        variable: "service",
        timeoutSeconds: PATIENCE,
      },
      {
        consultation: "first_visit",
        treatment: "first_visit",
        followup: "day",
        question: "answer",
        other: "answer",
        timeout: "quiet",
      },
    ),
    answer: step(
      "ai_answer",
      { minConfidence: 0.5, timeoutSeconds: PATIENCE },
      { answered: "and_now", no_answer: "person", handoff: "person" },
    ),
    and_now: step(
      "choice",
      {
        text: "Would you like an appointment now?",
        options: [
          { id: "book", label: "Yes, please" },
          { id: "more", label: "Another question" },
          { id: "later", label: "Not now" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { book: "which", more: "answer", later: "bye", other: "answer", timeout: "bye" },
    ),
    which: step("set_variable", { variable: "service", value: "To be agreed" }, "first_visit"),
    first_visit: step(
      "choice",
      {
        text: "Have you been here before?",
        options: [
          { id: "new", label: "No, first time" },
          { id: "known", label: "Yes" },
        ],
        variable: "been_here",
        timeoutSeconds: PATIENCE,
      },
      { new: "welcome", known: "day", other: "day", timeout: "quiet" },
    ),
    welcome: step("message", { text: "Welcome! Please plan ten minutes more for your first visit." }, "day"),
    day: step(
      "question",
      {
        text: "Which day suits you? Please write it as year-month-day, for example 2027-03-31. We are open Monday to Friday.",
        answer: "date",
        variable: "day",
        retryText: "I could not read that date. Please write it as year-month-day, for example 2027-03-31.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "in_future", invalid: "person", timeout: "quiet" },
    ),
    in_future: step(
      "condition",
      { cases: [{ id: "yes", rules: [{ variable: "day", operator: "greater_than", value: "{{today}}" }] }] },
      { yes: "time", else: "too_early" },
    ),
    too_early: step(
      "message",
      { text: "The earliest day that I can ask for is tomorrow. For today, please call us." },
      "day",
    ),
    time: step(
      "choice",
      {
        text: "And which time of day?",
        options: [
          { id: "morning", label: "Morning (8–12)" },
          { id: "afternoon", label: "Afternoon (12–17)" },
          { id: "any", label: "Any time" },
        ],
        variable: "time",
        timeoutSeconds: PATIENCE,
      },
      { morning: "told", afternoon: "told", any: "told", other: "told", timeout: "quiet" },
    ),
    told: step(
      "condition",
      {
        label: "Has only the day been changed?",
        cases: [{ id: "yes", rules: [{ variable: "phone", operator: "is_set" }] }],
      },
      { yes: "confirm", else: "wish" },
    ),
    wish: step(
      "question",
      {
        text: 'Is there anything we should know before? If not, write "no".',
        max: 1000,
        variable: "wish",
        timeoutSeconds: PATIENCE,
      },
      { answered: "name", invalid: "name", timeout: "quiet" },
    ),
    name: step(
      "question",
      {
        text: "What is your full name?",
        min: 3,
        max: 100,
        variable: "name",
        retryText: "Please enter your first and last name.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "phone", invalid: "person", timeout: "quiet" },
    ),
    phone: step(
      "question",
      {
        text: "On which number can we reach you if something changes?",
        answer: "phone",
        variable: "phone",
        retryText: "Please enter the number with its area code.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "confirm", invalid: "person", timeout: "quiet" },
    ),
    confirm: step(
      "choice",
      {
        text: "{{service}} on {{day}}, {{time}}, for {{name}}, phone {{phone}}. Is that right?",
        options: [
          { id: "yes", label: "Yes, send it" },
          { id: "change", label: "Change the day" },
          { id: "cancel", label: "Cancel" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "store_name", change: "day", cancel: "bye", other: "person", timeout: "quiet" },
    ),
    store_name: step("set_field", { field: "name", value: "{{name}}" }, "store_phone"),
    store_phone: step("set_field", { field: "phone", value: "{{phone}}" }, "lead"),
    lead: step("create_lead", { name: "{{name}}", phone: "{{phone}}" }, "ticket"),
    ticket: step(
      "create_ticket",
      {
        subject: "Appointment: {{service}} on {{day}}",
        text: "{{name}}, {{phone}}\n{{service}} on {{day}}, {{time}}\nTo know: {{wish}}",
        priority: "high",
      },
      "thanks",
    ),
    person: step("handoff", {
      message: "Let me get a colleague who can help you better.",
      note: "Wants an appointment. Last message: {{last_message}}",
    }),
    thanks: step("end", {
      message:
        "Thank you, {{name}}! This is a request: we confirm the exact time by phone, at the latest on the next working day.",
    }),
    bye: step("end", { message: "All right. Write here whenever you would like to come." }),
    quiet: step("end", {
      message: "I will leave you to it. Nothing was booked; write here any time to go on.",
    }),
  },
};
