import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Answers from the knowledge base, and sees to it that no question is lost. */
export const faq: Template = {
  id: "faq",
  name: "FAQ assistant",
  description:
    "Answers questions from the knowledge base, several in a row. What it cannot answer becomes a ticket with the visitor's email address, or goes to a person.",
  category: "support",
  collects: ["questions", "email (for unanswered questions)"],
  setup: [
    "Write knowledge articles for the questions that you hear most, and publish them.",
    "Replace the topics in the first choice by your own.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Answers frequent questions around the clock.",
    language: "en",
    temperature: 0.2,
    strictness: 90,
    instructions: [
      "You answer customers' questions from the knowledge base.",
      "Keep to what the articles say. If they do not answer the question, say that you do not know; never guess, and never make up prices, dates or rules.",
      "Begin with the answer, then the detail that matters. At most four sentences; number the steps when there are several.",
      "If somebody is upset, or asks for a person, hand over at once.",
      "Answer in the language in which you are asked.",
    ].join("\n\n"),
    ai: {
      enabled: true,
      mode: "ai_first",
      greetingOverride: "Hello! Ask me anything about our products and services.",
    },
    widget: {
      ...colours("#0f766e", "#f0fdfa"),
      headerTitle: "Help",
      chatIconCtaText: "How can we help?",
      enableKnowledgeBase: true,
    },
    widgetTexts: {
      welcomeMessage: "Hello! What would you like to know?",
      inputPlaceholder: "Ask a question…",
      thinkingLabel: "Looking it up…",
      submitLabel: "Ask",
    },
  },
  steps: {
    start: step("start", {}, "topics"),
    topics: step(
      "choice",
      {
        text: "Hello! Choose a topic, or simply type your question.",
        options: [
          { id: "hours", label: "Opening hours and contact" },
          { id: "delivery", label: "Delivery and returns" },
          { id: "payment", label: "Payment and invoices" },
          { id: "own", label: "Something else" },
        ],
        variable: "topic",
        timeoutSeconds: PATIENCE,
      },
      {
        hours: "by_topic",
        delivery: "by_topic",
        payment: "by_topic",
        own: "invite",
        other: "answer",
        timeout: "quiet",
      },
    ),
    by_topic: step(
      "ai_answer",
      {
        question: "What should customers know about: {{topic}}?",
        instructions: "Give an overview in at most four sentences, and invite a more exact question.",
        minConfidence: 0.4,
      },
      { answered: "more", no_answer: "invite", handoff: "person" },
    ),
    invite: step("message", { text: "Please type your question. I will look it up for you." }, "answer"),
    answer: step(
      "ai_answer",
      { minConfidence: 0.55, maxTurns: 5, timeoutSeconds: PATIENCE },
      { answered: "more", no_answer: "not_found", handoff: "person" },
    ),
    more: step(
      "choice",
      {
        text: "Did that answer your question?",
        options: [
          { id: "yes", label: "Yes, thank you" },
          { id: "another", label: "I have another question" },
          { id: "no", label: "No" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "bye", another: "invite", no: "not_found", other: "answer", timeout: "bye" },
    ),
    not_found: step(
      "choice",
      {
        text: "I am sorry, I do not have a good answer to that. What would you prefer?",
        options: [
          { id: "person", label: "Talk to a person" },
          { id: "mail", label: "Get an answer by email" },
          { id: "again", label: "Ask differently" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { person: "person", mail: "known", again: "invite", other: "answer", timeout: "quiet" },
    ),
    known: step(
      "condition",
      {
        label: "Do we have an address?",
        cases: [{ id: "yes", rules: [{ variable: "contact.email", operator: "is_set" }] }],
      },
      { yes: "question", else: "email" },
    ),
    email: step(
      "question",
      {
        text: "To which email address shall we send the answer?",
        answer: "email",
        variable: "email",
        retryText: "That does not look like an email address. Please try once more.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "store_email", invalid: "person", timeout: "quiet" },
    ),
    store_email: step("set_field", { field: "email", value: "{{email}}" }, "question"),
    question: step(
      "question",
      {
        text: "And please write your question once more, in one message, as exactly as you can.",
        min: 5,
        max: 2000,
        variable: "open_question",
        retryText: "A few more words, please, so that we understand what you need.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "ticket", invalid: "person", timeout: "quiet" },
    ),
    ticket: step(
      "create_ticket",
      { subject: "Unanswered question", text: "{{open_question}}\n\nReply to {{contact.email}}" },
      "promised",
    ),
    promised: step("end", {
      message: "Thank you! We will answer to {{contact.email}}, usually within one working day.",
    }),
    person: step("handoff", {
      message: "I am getting a colleague for you. Please stay in this chat.",
      note: "The knowledge base did not help. Last message: {{last_message}}",
    }),
    bye: step("end", { message: "Glad to help. Have a good day!" }),
    quiet: step("end", { message: "I will leave you to it. Ask again any time." }),
  },
};
