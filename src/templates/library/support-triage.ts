import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Sorts problems by kind and urgency, tries to solve them, and files the rest. */
export const supportTriage: Template = {
  id: "support-triage",
  name: "Support triage",
  description:
    "Finds out what is wrong and how bad it is, tries the knowledge base first, and files a ticket with the right priority. Outages go to a person at once.",
  category: "support",
  collects: ["kind of problem", "urgency", "description", "screenshot (optional)", "email"],
  setup: [
    "Adapt the kinds of problems, and what counts as urgent.",
    "Write your status page and support hours into the instructions.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Sorts support requests and solves the easy ones.",
    language: "en",
    temperature: 0.2,
    strictness: 85,
    instructions: [
      "You are the first line of technical support.",
      "Solve what the knowledge base describes: name the cause in one sentence, then the steps, numbered, one action each. Ask whether it worked.",
      "Do not guess at causes. If the articles do not describe the problem, say that you pass it on.",
      "Never ask for passwords, card numbers or codes, and tell people not to send them if they start to.",
      "Somebody whose work stands still needs a person: hand over at once and without advice.",
      "Stay calm and friendly when people are angry; apologise once, then help.",
    ].join("\n\n"),
    ai: { enabled: true, mode: "ai_first", greetingOverride: null },
    widget: {
      ...colours("#4338ca", "#eef2ff"),
      headerTitle: "Support",
      chatIconCtaText: "Something not working?",
      enableKnowledgeBase: true,
    },
    widgetTexts: {
      welcomeMessage: "Hello! Tell me what is wrong, and we will sort it out.",
      inputPlaceholder: "Describe the problem…",
      thinkingLabel: "Checking…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step(
      "start",
      {
        variables: [
          { name: "screenshot", value: "none" },
          { name: "problem", value: "not described" },
        ],
      },
      "kind",
    ),
    kind: step(
      "choice",
      {
        text: "Hello, this is support. What is it about?",
        options: [
          { id: "down", label: "Nothing works" },
          { id: "problem", label: "Something does not work as it should" },
          { id: "account", label: "My account or sign-in" },
          { id: "billing", label: "An invoice or payment" },
          { id: "howto", label: "How do I …?" },
        ],
        variable: "kind",
        timeoutSeconds: PATIENCE,
      },
      {
        down: "outage",
        problem: "describe",
        account: "describe",
        billing: "describe",
        howto: "describe",
        other: "describe",
        timeout: "quiet",
      },
    ),
    outage: step(
      "question",
      {
        text: "I am sorry to hear that. In one sentence: since when, and what do you see?",
        min: 3,
        max: 2000,
        variable: "problem",
        timeoutSeconds: 5 * 60,
      },
      { answered: "outage_ticket", invalid: "alarm", timeout: "alarm" },
    ),
    outage_ticket: step(
      "create_ticket",
      { subject: "Nothing works", text: "{{problem}}", priority: "urgent" },
      "alarm",
    ),
    alarm: step("handoff", {
      message: "I have alerted the team. A colleague is joining this chat right now.",
      note: "Reports that nothing works. Last message: {{last_message}}",
    }),
    describe: step(
      "question",
      {
        text: "Please describe it in a sentence or two: what did you do, what happened, and what did you expect?",
        min: 10,
        max: 2000,
        variable: "problem",
        retryText: "A little more, please: what did you do, and what happened?",
        timeoutSeconds: PATIENCE,
      },
      { answered: "try", invalid: "person", timeout: "quiet" },
    ),
    try: step(
      "ai_answer",
      {
        question: "{{kind}}: {{problem}}",
        instructions: "Give the steps that solve this, numbered. Ask for nothing.",
        minConfidence: 0.6,
        variable: "advice",
      },
      { answered: "solved", no_answer: "pass_on", handoff: "person" },
    ),
    solved: step(
      "choice",
      {
        text: "Did that solve it?",
        options: [
          { id: "yes", label: "Yes, solved" },
          { id: "no", label: "No, still there" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { yes: "done", no: "pass_on", other: "pass_on", timeout: "done" },
    ),
    pass_on: step("message", { text: "Then I will pass it on to the team. Just a few details." }, "urgency"),
    urgency: step(
      "choice",
      {
        text: "How much does it hold you up?",
        options: [
          { id: "high", label: "I cannot work" },
          { id: "normal", label: "I can work around it" },
          { id: "low", label: "It is a small thing" },
        ],
        variable: "urgency",
        timeoutSeconds: PATIENCE,
      },
      {
        high: "screenshot_offer",
        normal: "screenshot_offer",
        low: "screenshot_offer",
        other: "screenshot_offer",
        timeout: "quiet",
      },
    ),
    screenshot_offer: step(
      "choice",
      {
        text: "A screenshot often says most. Do you have one?",
        options: [
          { id: "send", label: "Yes" },
          { id: "skip", label: "No" },
        ],
        timeoutSeconds: PATIENCE,
      },
      { send: "screenshot", skip: "known", other: "known", timeout: "known" },
    ),
    screenshot: step(
      "question",
      {
        text: "Please send it here. Check that it shows no passwords.",
        answer: "file",
        variable: "screenshot",
        retryText: "I could not see a file. Please use the paperclip.",
        maxRetries: 1,
        timeoutSeconds: PATIENCE,
      },
      { answered: "known", invalid: "known", timeout: "known" },
    ),
    known: step(
      "condition",
      {
        label: "Do we have an address?",
        cases: [{ id: "yes", rules: [{ variable: "contact.email", operator: "is_set" }] }],
      },
      { yes: "sort", else: "email" },
    ),
    email: step(
      "question",
      {
        text: "Where can we reach you by email?",
        answer: "email",
        variable: "email",
        retryText: "That does not look like an email address. Please try once more.",
        timeoutSeconds: PATIENCE,
      },
      { answered: "store_email", invalid: "person", timeout: "person" },
    ),
    store_email: step("set_field", { field: "email", value: "{{email}}" }, "sort"),
    sort: step(
      "condition",
      {
        cases: [
          { id: "high", rules: [{ variable: "urgency", operator: "equals", value: "I cannot work" }] },
          {
            id: "low",
            rules: [
              { variable: "urgency", operator: "equals", value: "It is a small thing" },
              { variable: "kind", operator: "not_equals", value: "An invoice or payment" },
            ],
          },
        ],
      },
      { high: "high_ticket", low: "low_ticket", else: "ticket" },
    ),
    high_ticket: step(
      "create_ticket",
      {
        subject: "{{kind}} (cannot work)",
        text: "{{problem}}\n\nScreenshot: {{screenshot}}\nReply to {{contact.email}}",
        priority: "high",
      },
      "person",
    ),
    ticket: step(
      "create_ticket",
      { subject: "{{kind}}", text: "{{problem}}\n\nScreenshot: {{screenshot}}\nReply to {{contact.email}}" },
      "filed",
    ),
    low_ticket: step(
      "create_ticket",
      {
        subject: "{{kind}}",
        text: "{{problem}}\n\nScreenshot: {{screenshot}}\nReply to {{contact.email}}",
        priority: "low",
      },
      "filed",
    ),
    person: step("handoff", {
      message: "I am getting a colleague for you. They can read everything you wrote here.",
      note: "{{kind}}: {{problem}}",
    }),
    filed: step("end", {
      message: "Thank you, it is with the team. We will write to {{contact.email}} as soon as we know more.",
    }),
    done: step("end", { message: "Very good! Write here whenever something comes up." }),
    quiet: step("end", { message: "I will leave you to it. Write here any time to go on." }),
  },
};
