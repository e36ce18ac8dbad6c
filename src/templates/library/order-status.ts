import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Asks the shop's own system where an order is; a person does when it does not answer. */
export const orderStatus: Template = {
  id: "order-status",
  name: "Order status",
  description:
    "Asks for order number and email address, looks the order up in your shop's system, and tells status and tracking. Late or unknown orders become a ticket.",
  category: "commerce",
  collects: ["order number", "email"],
  setup: [
    "Put the address of your shop's API into the node lookup: the one there is an example and answers nobody. It is called with order number and email and should answer JSON with status and tracking.",
    "Adapt the pattern of order numbers in the node order, and the words for each status in the node state.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Tells customers where their order is.",
    language: "en",
    temperature: 0.2,
    strictness: 90,
    instructions: [
      "You help customers who wait for an order.",
      "Say only what the shop's system or the knowledge base says about an order. Never estimate a delivery date yourself.",
      "Answer questions about shipping times, carriers and customs from the knowledge base.",
      "Do not tell anything about an order to somebody who does not know both its number and the email address it was made with.",
      "If a parcel is late, be sorry once, say what happens next, and hand over if they ask for it.",
    ].join("\n\n"),
    ai: { enabled: true, mode: "ai_first", greetingOverride: null },
    widget: {
      ...colours("#b45309", "#fffbeb"),
      headerTitle: "Where is my order?",
      chatIconCtaText: "Where is my order?",
    },
    widgetTexts: {
      welcomeMessage: "Hello! Let us see where your order is.",
      inputPlaceholder: "For example A-10234",
      thinkingLabel: "Looking it up…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step(
      "start",
      {
        variables: [
          { name: "tries", value: 0 },
          { name: "order_number", value: "not said" },
          { name: "email", value: "not said" },
        ],
      },
      "order",
    ),
    order: step(
      "question",
      {
        text: "Hello! Which order is it about? The number is in your confirmation, for example A-10234.",
        pattern: "[Aa]-?[0-9]{4,8}",
        variable: "order_number",
        retryText:
          "An order number is an A and four to eight digits, for example A-10234. It is in the subject of your confirmation.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "email", invalid: "no_number", timeout: "quiet" },
    ),
    no_number: step(
      "choice",
      {
        text: "Cannot find the number?",
        options: [
          { id: "person", label: "Talk to a person" },
          { id: "again", label: "I have found it" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { person: "person", again: "order", other: "person", timeout: "quiet" },
    ),
    email: step(
      "question",
      {
        text: "Thank you. And with which email address was it ordered?",
        answer: "email",
        variable: "email",
        retryText: "That does not look like an email address. Please try once more.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "lookup", invalid: "person", timeout: "quiet" },
    ),
    lookup: step(
      "http_request",
      {
        label: "Ask the shop",
        method: "POST",
        url: "https://api.your-shop.example/order-status",
        body: '{"order": "{{order_number}}", "email": "{{email}}"}',
        save: [
          { path: "status", variable: "order_status" },
          { path: "tracking", variable: "tracking" },
        ],
        timeoutSeconds: 10,
      },
      { success: "state", error: "count" },
    ),
    state: step(
      "condition",
      {
        cases: [
          {
            id: "packing",
            rules: [{ variable: "order_status", operator: "one_of", value: ["paid", "processing"] }],
          },
          {
            id: "sent",
            rules: [
              { variable: "order_status", operator: "one_of", value: ["shipped", "in_transit"] },
              { variable: "tracking", operator: "is_set" },
            ],
          },
          { id: "delivered", rules: [{ variable: "order_status", operator: "equals", value: "delivered" }] },
        ],
      },
      { packing: "say_packing", sent: "say_sent", delivered: "say_delivered", else: "ticket" },
    ),
    say_packing: step(
      "message",
      {
        text: "Order {{order_number}} is being packed. You get an email with the tracking number when it leaves.",
      },
      "anything_else",
    ),
    say_sent: step(
      "message",
      { text: "Good news: order {{order_number}} is on its way. Tracking number: {{tracking}}" },
      "anything_else",
    ),
    say_delivered: step(
      "choice",
      {
        text: "Order {{order_number}} was delivered, says the carrier. Have you received it?",
        options: [
          { id: "yes", label: "Yes" },
          { id: "no", label: "No, it is not here" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "anything_else", no: "missing", other: "person", timeout: "bye" },
    ),
    missing: step(
      "create_ticket",
      {
        subject: "Delivered but not received: {{order_number}}",
        text: "{{email}} has not received order {{order_number}}.",
        priority: "high",
      },
      "person",
    ),
    count: step("set_variable", { variable: "tries", operation: "increment" }, "again"),
    again: step(
      "condition",
      { cases: [{ id: "first", rules: [{ variable: "tries", operator: "less_than", value: 2 }] }] },
      { first: "check", else: "ticket" },
    ),
    check: step(
      "choice",
      {
        text: "I could not find order {{order_number}} for {{email}}. Are both right?",
        options: [
          { id: "right", label: "Yes, both are right" },
          { id: "wrong", label: "No, let me correct them" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { right: "ticket", wrong: "order", other: "ticket", timeout: "ticket" },
    ),
    ticket: step(
      "create_ticket",
      {
        subject: "Where is order {{order_number}}?",
        text: "{{email}} asks for order {{order_number}}. The shop's system did not say.",
      },
      "filed",
    ),
    filed: step("end", {
      message:
        "I cannot see the status right now. A colleague looks it up, and we write to {{email}} today or on the next working day.",
    }),
    anything_else: step(
      "choice",
      {
        text: "Is there anything else?",
        options: [
          { id: "no", label: "No, thank you" },
          { id: "question", label: "I have a question" },
          { id: "another", label: "Another order" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { no: "bye", question: "answer", another: "order", other: "answer", timeout: "bye" },
    ),
    answer: step(
      "ai_answer",
      { minConfidence: 0.5, timeoutSeconds: PATIENCE },
      { answered: "anything_else", no_answer: "person", handoff: "person" },
    ),
    person: step("handoff", {
      message: "I am getting a colleague for you. Please stay in this chat.",
      note: "About order {{order_number}}, {{email}}. Last message: {{last_message}}",
    }),
    bye: step("end", { message: "Thank you for your order. Have a good day!" }),
    quiet: step("end", { message: "I will leave you to it. Write here any time to go on." }),
  },
};
