import { colours, PATIENCE, step, type Template, TO_AN_INBOX } from "../define.ts";

/** Nobody is in a hurry on the first day: a step may take until tomorrow. */
const DAY = 24 * 60 * 60;

/** Walks a new user to the first thing that works. */
export const productOnboarding: Template = {
  id: "product-onboarding",
  name: "Product onboarding",
  description:
    "Welcomes new users, learns role and goal, walks them through three set-up steps with help at each, and looks in again later. Whoever is stuck gets a person.",
  category: "onboarding",
  collects: ["role", "goal", "set-up steps done", "where users get stuck"],
  setup: [
    "Replace the three set-up steps by yours.",
    "Write a knowledge article for each step, with what goes wrong most often.",
    `${TO_AN_INBOX} Then publish the flow.`,
  ],
  chatbot: {
    description: "Brings new users to their first success.",
    language: "en",
    temperature: 0.4,
    strictness: 80,
    instructions: [
      "You accompany people on their first day with our product.",
      "Explain one step at a time, with the names of buttons as they are in the app. Never list everything that the product can do.",
      "Take your answers from the knowledge base. If it does not help, hand over: somebody who is stuck on the first day does not come back.",
      "Be glad with people about each step that works, in a few words.",
    ].join("\n\n"),
    ai: {
      enabled: true,
      mode: "ai_first",
      greetingOverride: "Welcome aboard! What would you like to get done first?",
    },
    widget: {
      ...colours("#be185d", "#fdf2f8"),
      headerTitle: "Getting started",
      chatIconCtaText: "Need a hand?",
      enableKnowledgeBase: true,
      botAutoOpen: true,
      autoOpenDelaySeconds: 3,
    },
    widgetTexts: {
      welcomeMessage: "Welcome! Shall we set things up together?",
      inputPlaceholder: "Ask anything…",
      thinkingLabel: "Thinking…",
      submitLabel: "Send",
    },
  },
  steps: {
    start: step(
      "start",
      {
        variables: [
          { name: "done", value: 0 },
          { name: "goal", value: "not said" },
        ],
      },
      "role",
    ),
    role: step(
      "choice",
      {
        text: "Welcome! So that I show you the right things: what do you do?",
        options: [
          { id: "lead", label: "I lead a team" },
          { id: "work", label: "I work in a team" },
          { id: "build", label: "I set things up technically" },
          { id: "try", label: "I am trying it out" },
        ],
        variable: "role",
        timeoutSeconds: PATIENCE,
      },
      { lead: "goal", work: "goal", build: "developer", try: "goal", other: "goal", timeout: "later" },
    ),
    developer: step(
      "message",
      {
        text: "Then you will like the API: it can do everything that the app can. Let us do the basics first.",
      },
      "goal",
    ),
    goal: step(
      "question",
      {
        text: "What should be better a month from now?",
        min: 3,
        max: 500,
        variable: "goal",
        retryText: 'A few words are enough, for example "answer customers faster".',
        timeoutSeconds: PATIENCE,
      },
      { answered: "plan", invalid: "plan", timeout: "later" },
    ),
    plan: step(
      "message",
      {
        text: "Good to know! Three steps, about ten minutes:\n1. Complete your profile\n2. Invite a colleague\n3. Create your first project",
      },
      "first",
    ),
    first: step(
      "choice",
      {
        text: "Step 1: open Settings › Profile, and add your name and time zone. How is it going?",
        options: [
          { id: "done", label: "Done" },
          { id: "help", label: "I need help" },
          { id: "skip", label: "Skip" },
        ],
        timeoutSeconds: DAY,
      },
      { done: "count_first", help: "help", skip: "second", other: "help", timeout: "look_in" },
    ),
    count_first: step("set_variable", { variable: "done", operation: "increment" }, "second"),
    second: step(
      "choice",
      {
        text: "Step 2: open Team › Invite, and enter a colleague's email address. Together it is more fun!",
        options: [
          { id: "done", label: "Done" },
          { id: "help", label: "I need help" },
          { id: "skip", label: "Skip" },
        ],
        timeoutSeconds: DAY,
      },
      { done: "count_second", help: "help", skip: "third", other: "help", timeout: "look_in" },
    ),
    count_second: step("set_variable", { variable: "done", operation: "increment" }, "third"),
    third: step(
      "choice",
      {
        text: "Step 3: press New project, and give it a name. Anything goes, you can change it later.",
        options: [
          { id: "done", label: "Done" },
          { id: "help", label: "I need help" },
          { id: "skip", label: "Skip" },
        ],
        timeoutSeconds: DAY,
      },
      { done: "count_third", help: "help", skip: "how_far", other: "help", timeout: "look_in" },
    ),
    count_third: step("set_variable", { variable: "done", operation: "increment" }, "how_far"),
    help: step("message", { text: "Tell me what you see, and I look it up." }, "answer"),
    answer: step(
      "ai_answer",
      {
        instructions:
          "A new user is stuck in the set-up. Give the steps, numbered, with the names of the buttons.",
        minConfidence: 0.5,
        maxTurns: 2,
        timeoutSeconds: PATIENCE,
      },
      { answered: "go_on", no_answer: "stuck", handoff: "stuck" },
    ),
    go_on: step(
      "choice",
      {
        text: "Shall we go on?",
        options: [
          { id: "first", label: "Back to step 1" },
          { id: "second", label: "To step 2" },
          { id: "third", label: "To step 3" },
          { id: "person", label: "I would like to talk to a person" },
        ],
        timeoutSeconds: DAY,
      },
      {
        first: "first",
        second: "second",
        third: "third",
        person: "stuck",
        other: "answer",
        timeout: "look_in",
      },
    ),
    stuck: step("handoff", {
      message: "Let me get a colleague who helps you through it.",
      note: "New user is stuck. Role: {{role}}. Goal: {{goal}}. Steps done: {{done}} of 3. Last message: {{last_message}}",
    }),
    look_in: step("delay", { label: "Look in tomorrow", seconds: DAY }, "still_there"),
    still_there: step(
      "choice",
      {
        text: "Hello again! Would you like to go on with the set-up?",
        options: [
          { id: "yes", label: "Yes" },
          { id: "person", label: "I got stuck" },
          { id: "no", label: "I manage on my own" },
        ],
        timeoutSeconds: 3 * DAY,
      },
      { yes: "first", person: "stuck", no: "later", other: "stuck", timeout: "asleep" },
    ),
    asleep: step(
      "create_ticket",
      {
        subject: "New user went quiet",
        text: "Role: {{role}}. Goal: {{goal}}. Steps done: {{done}} of 3.",
        priority: "low",
      },
      "silent",
    ),
    how_far: step(
      "condition",
      { cases: [{ id: "all", rules: [{ variable: "done", operator: "at_least", value: 3 }] }] },
      { all: "finished", else: "partly" },
    ),
    finished: step("end", {
      message:
        "That was everything, well done! Next, invite the rest of your team. I am here when you need me.",
    }),
    partly: step("end", {
      message:
        "That will do for a start. You can come back to the steps you skipped at any time; just write here.",
    }),
    later: step("end", { message: "All right! Write here whenever you would like to start." }),
    silent: step("end", {}),
  },
};
