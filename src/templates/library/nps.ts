import { colours, step, type Template } from "../define.ts";

/** A survey may wait for days: it is often sent rather than asked for. */
const DAYS = 24 * 60 * 60;

/** The one question of the Net Promoter Score, and a follow-up that fits the answer. */
export const nps: Template = {
  id: "nps",
  name: "NPS survey",
  description:
    "Asks how likely somebody is to recommend you, from 0 to 10, and why. Unhappy customers become a ticket and may talk to a person; happy ones are asked what they like best.",
  category: "feedback",
  collects: ["score 0–10", "reason", "permission to quote", "wish to be contacted"],
  setup: [
    'Put your name in place of "us" in the first question.',
    "Decide who answers the tickets of unhappy customers: within a day works best.",
    "Publish the flow; it can be sent to a contact or open a conversation.",
  ],
  chatbot: {
    description: "Asks for the Net Promoter Score.",
    language: "en",
    temperature: 0.2,
    strictness: 90,
    instructions: [
      "You ask customers for their opinion. Thank them for every answer, good or bad.",
      "Never argue with criticism, never explain it away, and never ask for a better score.",
      "If a customer describes a problem, say that a person will read it, and offer to hand over.",
    ].join("\n\n"),
    ai: { enabled: false, mode: "human_first", greetingOverride: null },
    widget: { ...colours("#15803d", "#f0fdf4"), headerTitle: "Your opinion" },
    widgetTexts: {
      welcomeMessage: "One question, one minute.",
      inputPlaceholder: "Type your answer…",
      thinkingLabel: "One moment…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step("start", { variables: [{ name: "reason", value: "not said" }] }, "score"),
    score: step(
      "question",
      {
        text: "Hello! How likely are you to recommend us to a friend or colleague, from 0 (not at all) to 10 (certainly)?",
        answer: "rating",
        min: 0,
        max: 10,
        variable: "score",
        retryText: "Please answer with a number from 0 to 10.",
        timeoutSeconds: 7 * DAYS,
      },
      { answered: "group", invalid: "no_score", timeout: "silent" },
    ),
    group: step(
      "condition",
      {
        label: "Promoter, passive or detractor",
        cases: [
          { id: "promoter", rules: [{ variable: "score", operator: "at_least", value: 9 }] },
          { id: "passive", rules: [{ variable: "score", operator: "at_least", value: 7 }] },
        ],
      },
      { promoter: "like_best", passive: "one_better", else: "went_wrong" },
    ),
    like_best: step(
      "question",
      {
        text: "{{score}}! That makes us happy. What do you like best?",
        max: 1000,
        variable: "reason",
        timeoutSeconds: DAYS,
      },
      { answered: "may_quote", invalid: "thanks", timeout: "thanks" },
    ),
    may_quote: step(
      "choice",
      {
        text: "May we quote you, with your first name?",
        options: [
          { id: "yes", label: "Yes, gladly" },
          { id: "no", label: "Rather not" },
        ],
        variable: "quote",
        timeoutSeconds: DAYS,
      },
      { yes: "quote_ticket", no: "thanks", other: "thanks", timeout: "thanks" },
    ),
    quote_ticket: step(
      "create_ticket",
      { subject: "May be quoted ({{score}})", text: "{{reason}}", priority: "low" },
      "thanks",
    ),
    one_better: step(
      "question",
      {
        text: "Thank you! What is the one thing that would make it a 10?",
        max: 1000,
        variable: "reason",
        timeoutSeconds: DAYS,
      },
      { answered: "thanks", invalid: "thanks", timeout: "thanks" },
    ),
    went_wrong: step(
      "question",
      {
        text: "Thank you for being frank, and sorry that we fell short. What went wrong?",
        max: 2000,
        variable: "reason",
        timeoutSeconds: DAYS,
      },
      { answered: "talk", invalid: "complaint", timeout: "complaint" },
    ),
    talk: step(
      "choice",
      {
        text: "Would you like somebody to get back to you about it?",
        options: [
          { id: "now", label: "Yes, now" },
          { id: "later", label: "Yes, some time" },
          { id: "no", label: "No" },
        ],
        timeoutSeconds: DAYS,
      },
      {
        now: "urgent_complaint",
        later: "call_back",
        no: "complaint",
        other: "call_back",
        timeout: "complaint",
      },
    ),
    urgent_complaint: step(
      "create_ticket",
      { subject: "Score {{score}}: wants to talk now", text: "{{reason}}", priority: "urgent" },
      "person",
    ),
    call_back: step(
      "create_ticket",
      { subject: "Score {{score}}: wants an answer", text: "{{reason}}", priority: "high" },
      "promise",
    ),
    complaint: step("create_ticket", { subject: "Score {{score}}", text: "{{reason}}" }, "heard"),
    person: step("handoff", {
      message: "I am getting somebody who can do something about it.",
      note: "Score {{score}}. {{reason}}",
    }),
    promise: step("end", { message: "Thank you. Somebody gets back to you within one working day." }),
    heard: step("end", { message: "Thank you. A person reads this, and we take it to heart." }),
    no_score: step("end", { message: "No problem. Thank you for your time!" }),
    thanks: step("end", { message: "Thank you very much, this helps us to get better!" }),
    silent: step("end", {}),
  },
};
