import { colours, step, type Template } from "../define.ts";

const DAY = 24 * 60 * 60;

/** How a conversation or delivery went, in one to five stars. */
export const satisfaction: Template = {
  id: "satisfaction",
  name: "Satisfaction survey",
  description:
    "Asks after a conversation or delivery for one to five stars and for the reasons, and reopens the matter with a person when it went badly.",
  category: "feedback",
  collects: ["stars 1–5", "reasons", "comment"],
  setup: [
    "Adapt the reasons to what you would act on.",
    "Send the flow to contacts when their matter is closed, or let it open a conversation.",
    "Publish the flow.",
  ],
  chatbot: {
    description: "Asks customers how it went.",
    language: "en",
    temperature: 0.2,
    strictness: 90,
    instructions: [
      "You ask how our help was. Keep it short: people do us a favour.",
      "Thank them whatever they say. Do not defend anything or anybody.",
      "If the problem still exists, hand over to a person instead of asking more.",
    ].join("\n\n"),
    ai: { enabled: false, mode: "human_first", greetingOverride: null },
    widget: { ...colours("#a16207", "#fefce8"), headerTitle: "How did we do?", bubbleStyle: "speech" },
    widgetTexts: {
      welcomeMessage: "How did we do?",
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
          { name: "reasons", value: "not said" },
          { name: "comment", value: "none" },
        ],
      },
      "pause",
    ),
    pause: step("delay", { label: "Let the matter settle", seconds: 300 }, "stars"),
    stars: step(
      "question",
      {
        text: "How satisfied are you with our help, from 1 star (not at all) to 5 stars (very)?",
        answer: "rating",
        min: 1,
        max: 5,
        variable: "stars",
        retryText: "Please answer with a number from 1 to 5.",
        timeoutSeconds: 3 * DAY,
      },
      { answered: "solved", invalid: "thanks", timeout: "silent" },
    ),
    solved: step(
      "choice",
      {
        text: "Thank you! And is your matter settled?",
        options: [
          { id: "yes", label: "Yes" },
          { id: "no", label: "No, not yet" },
        ],
        variable: "settled",
        timeoutSeconds: DAY,
      },
      { yes: "good", no: "reopen", other: "reopen", timeout: "good" },
    ),
    reopen: step(
      "question",
      {
        text: "Then we are not done. What is still open?",
        min: 3,
        max: 2000,
        variable: "comment",
        retryText: "A few words are enough: what is still open?",
        timeoutSeconds: DAY,
      },
      { answered: "reopen_ticket", invalid: "person", timeout: "reopen_ticket" },
    ),
    reopen_ticket: step(
      "create_ticket",
      { subject: "Not settled ({{stars}} of 5)", text: "{{comment}}", priority: "high" },
      "person",
    ),
    person: step("handoff", {
      message: "Thank you. Somebody from the team goes on with it, right here.",
      note: "Rated {{stars}} of 5, not settled. {{comment}}",
    }),
    good: step(
      "condition",
      { cases: [{ id: "yes", rules: [{ variable: "stars", operator: "at_least", value: 4 }] }] },
      { yes: "liked", else: "disliked" },
    ),
    liked: step(
      "choice",
      {
        text: "Great! What was good? You may choose several, separated by commas.",
        options: [
          { id: "fast", label: "Fast" },
          { id: "friendly", label: "Friendly" },
          { id: "competent", label: "Competent" },
          { id: "easy", label: "Easy to reach" },
        ],
        multiple: true,
        variable: "reasons",
        timeoutSeconds: DAY,
      },
      { answered: "thanks", other: "thanks", timeout: "thanks" },
    ),
    disliked: step(
      "choice",
      {
        text: "We would like to do better. What was not good? You may choose several, separated by commas.",
        options: [
          { id: "slow", label: "Took too long" },
          { id: "unfriendly", label: "Not friendly" },
          { id: "unclear", label: "Hard to understand" },
          { id: "wrong", label: "The answer was wrong" },
        ],
        multiple: true,
        variable: "reasons",
        timeoutSeconds: DAY,
      },
      { answered: "comment", other: "comment", timeout: "low_ticket" },
    ),
    comment: step(
      "question",
      {
        text: 'Would you like to add something? If not, write "no".',
        max: 2000,
        variable: "comment",
        timeoutSeconds: DAY,
      },
      { answered: "low_ticket", invalid: "low_ticket", timeout: "low_ticket" },
    ),
    low_ticket: step(
      "create_ticket",
      { subject: "Rated {{stars}} of 5", text: "Reasons: {{reasons}}\nComment: {{comment}}" },
      "heard",
    ),
    heard: step("end", { message: "Thank you for your honesty. A person reads every one of these answers." }),
    thanks: step("end", { message: "Thank you for your time!" }),
    silent: step("end", {}),
  },
};
