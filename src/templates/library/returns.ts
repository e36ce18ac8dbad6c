import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Takes a return with everything that the returns desk needs to decide. */
export const returns: Template = {
  id: "returns",
  name: "Returns and refunds",
  description:
    "Takes a return: order number, article, reason, a photo of damage, and whether the customer wants an exchange or the money back. Damaged goods get a high priority.",
  category: "commerce",
  collects: ["order number", "article", "reason", "photo of damage", "exchange or refund", "email"],
  setup: [
    "Adapt the 30 days and the reasons to your returns policy.",
    "Put the policy itself into the knowledge base.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Takes returns and explains how they work.",
    language: "en",
    temperature: 0.2,
    strictness: 95,
    instructions: [
      "You help customers to return something. Be as kind as you were when they bought it.",
      "Explain the returns policy from the knowledge base: periods, conditions, costs, how long a refund takes. Do not interpret it.",
      "You do not decide about refunds: you take the request, and a person decides. Never promise money.",
      "If an article is dangerous (smoke, sparks, injury), tell the customer to stop using it, and hand over at once.",
    ].join("\n\n"),
    ai: { enabled: true, mode: "ai_first", greetingOverride: null },
    widget: {
      ...colours("#7c2d12", "#fef3ee"),
      headerTitle: "Returns",
      chatIconCtaText: "Return something",
      enableKnowledgeBase: true,
    },
    widgetTexts: {
      welcomeMessage: "Hello! Would you like to return something?",
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
          { name: "photo", value: "none" },
          { name: "damage", value: "none" },
          { name: "order_number", value: "not said" },
          { name: "article", value: "not said" },
        ],
      },
      "wish",
    ),
    wish: step(
      "choice",
      {
        text: "Hello! What would you like to do?",
        options: [
          { id: "return", label: "Return something" },
          { id: "policy", label: "Ask about returns" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { return: "order", policy: "answer", other: "answer", timeout: "quiet" },
    ),
    answer: step(
      "ai_answer",
      {
        instructions: "Quote the returns policy; do not interpret it.",
        minConfidence: 0.6,
        timeoutSeconds: PATIENCE,
      },
      { answered: "and_now", no_answer: "person", handoff: "person" },
    ),
    and_now: step(
      "choice",
      {
        text: "Would you like to return something now?",
        options: [
          { id: "yes", label: "Yes" },
          { id: "no", label: "No, thank you" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "order", no: "bye", other: "answer", timeout: "bye" },
    ),
    order: step(
      "question",
      {
        text: "Which order is it from? The number is on the delivery note, for example A-10234.",
        pattern: "[Aa]-?[0-9]{4,8}",
        variable: "order_number",
        retryText: "An order number is an A and four to eight digits, for example A-10234.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "article", invalid: "person", timeout: "quiet" },
    ),
    article: step(
      "question",
      {
        text: "Which article would you like to return?",
        min: 2,
        max: 200,
        variable: "article",
        retryText: "Please write the article's name as on the delivery note.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "age", invalid: "person", timeout: "quiet" },
    ),
    age: step(
      "choice",
      {
        text: "When did it arrive?",
        options: [
          { id: "recent", label: "In the last 30 days" },
          { id: "older", label: "Longer ago" },
        ],
        variable: "age",
        timeoutSeconds: PATIENCE,
      },
      { recent: "reason", older: "reason", other: "reason", timeout: "quiet" },
    ),
    reason: step(
      "choice",
      {
        text: "What is the reason?",
        options: [
          { id: "damaged", label: "Damaged or faulty" },
          { id: "wrong", label: "Wrong article" },
          { id: "size", label: "Does not fit" },
          { id: "dislike", label: "I do not like it" },
        ],
        variable: "reason",
        timeoutSeconds: PATIENCE,
      },
      {
        damaged: "photo",
        wrong: "solution",
        size: "too_old",
        dislike: "too_old",
        other: "too_old",
        timeout: "quiet",
      },
    ),
    too_old: step(
      "condition",
      { cases: [{ id: "yes", rules: [{ variable: "age", operator: "equals", value: "Longer ago" }] }] },
      { yes: "say_too_old", else: "solution" },
    ),
    say_too_old: step(
      "choice",
      {
        text: "Articles that are in order can be returned within 30 days. I am sorry. Shall a colleague look at your case?",
        options: [
          { id: "yes", label: "Yes, please" },
          { id: "no", label: "No, thank you" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "person", no: "bye", other: "person", timeout: "bye" },
    ),
    photo: step(
      "question",
      {
        text: "I am sorry about that! Please send a photo that shows the damage.",
        answer: "file",
        variable: "photo",
        retryText: "I could not see a photo. Please use the paperclip to send one.",
        maxRetries: 1,
        timeoutSeconds: PATIENCE,
      },
      { answered: "damage", invalid: "damage", timeout: "damage" },
    ),
    damage: step(
      "question",
      {
        text: "And what exactly is wrong with it?",
        min: 5,
        max: 1000,
        variable: "damage",
        retryText: "A few more words, please.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "solution", invalid: "solution", timeout: "quiet" },
    ),
    solution: step(
      "choice",
      {
        text: "What would you prefer?",
        options: [
          { id: "exchange", label: "Exchange" },
          { id: "refund", label: "Money back" },
          { id: "voucher", label: "Voucher" },
        ],
        variable: "solution",
        timeoutSeconds: PATIENCE,
      },
      { exchange: "email", refund: "email", voucher: "email", other: "email", timeout: "quiet" },
    ),
    email: step(
      "question",
      {
        text: "To which email address shall we send the return label?",
        answer: "email",
        variable: "email",
        retryText: "That does not look like an email address. Please try once more.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "store_email", invalid: "person", timeout: "quiet" },
    ),
    store_email: step("set_field", { field: "email", value: "{{email}}" }, "sort"),
    sort: step(
      "condition",
      {
        cases: [
          {
            id: "ours",
            match: "any",
            rules: [
              { variable: "reason", operator: "equals", value: "Damaged or faulty" },
              { variable: "reason", operator: "equals", value: "Wrong article" },
            ],
          },
        ],
      },
      { ours: "our_fault", else: "ticket" },
    ),
    our_fault: step(
      "create_ticket",
      {
        subject: "Return {{order_number}}: {{article}} ({{solution}})",
        text: "{{reason}}\n\nDamage: {{damage}}\nArrived: {{age}}\nPhoto: {{photo}}\nWants: {{solution}}\nReply to {{email}}",
        priority: "high",
      },
      "sorry",
    ),
    ticket: step(
      "create_ticket",
      {
        subject: "Return {{order_number}}: {{article}} ({{solution}})",
        text: "{{reason}}\n\nDamage: {{damage}}\nArrived: {{age}}\nPhoto: {{photo}}\nWants: {{solution}}\nReply to {{email}}",
      },
      "thanks",
    ),
    person: step("handoff", {
      message: "I am getting a colleague for you. Please stay in this chat.",
      note: "Return. Order {{order_number}}, article {{article}}. Last message: {{last_message}}",
    }),
    sorry: step("end", {
      message:
        "Thank you, and sorry for the trouble. You get the label and our answer at {{email}} by the next working day, and the return costs you nothing.",
    }),
    thanks: step("end", {
      message:
        "Thank you! We check your request and send label and instructions to {{email}} by the next working day.",
    }),
    bye: step("end", { message: "All right. Write here whenever you need us." }),
    quiet: step("end", {
      message: "I will leave you to it. Nothing was sent; write here any time to go on.",
    }),
  },
};
