/** What the pages around a chatbot's AI and its making are said in. */
export const enBots = {
  preview: "Preview",
  writeArticle: "Write an article from this",
  searchPage: {
    about:
      "The passages of published articles that these words find, the best first: what the chatbot would answer from.",
    nothing: "Nothing is found. Write an article that answers it.",
    fromForm: "An article that is being written is shown here, from its form. Go to",
  },
  aiTry: {
    title: "Try the AI",
    about:
      "Ask as a visitor would. Nothing is sent or stored; where a model answers, each question counts as one call of it.",
    question: "Your question",
    ask: "Ask",
    why: "How the answer came about",
    actions: { answer: "Answered", clarify: "Asked back", handoff: "Handed over", none: "Nothing found" },
    noModel: "Without a model",
    confidence: (percent: number) => `${percent} % sure`,
    found: "What was found",
    nothing: "Nothing in the articles fits. Write one, and ask again.",
    cited: "Used",
  },
  questionsPage: {
    about:
      "The questions that this chatbot's answers are held to. Run them after each change of articles, instructions or model.",
    run: (count: number) => (count === 1 ? "Run the question" : `Run all ${count} questions`),
    came: (passed: number, failed: number) => `${passed} passed, ${failed} failed.`,
    since: (better: number, worse: number) => `Since the last run ${better} got better and ${worse} worse.`,
    passed: "Passed",
    failed: "Failed",
    changes: { new: "New", better: "Better", worse: "Worse" },
    expected: "Expected:",
    withWords: (words: string) => `says ${words}`,
    withArticle: "rests on an article",
    answer: "What it answered",
    notRun: "Not asked yet.",
    make: "Add a question",
    words: "The answer says",
    wordsHint: "Words that must stand in it, for example: 30 days",
    article: "It rests on the article",
    handoverLabel: "A person",
    handover: { yes: "must get it", no: "must not be needed" },
  },
  importPage: {
    title: "Import a chatbot",
    about:
      "From a file that “Export” of a chatbot here gave, or Typebot's “Export flow”. Its flow is a draft, which nobody meets until you publish it.",
    file: "File (JSON)",
    paste: "Paste it instead",
    pasted: "What the file holds",
    name: "Name, in place of the file's",
    submit: "Import",
    noJson: "The file holds no JSON object. Choose what was exported, as it is.",
    done: "Imported",
    made: (name: string) => `The chatbot ${name} is made. Its flow is a draft.`,
    all: "Everything was brought along.",
    consequences: {
      unreachable: "No visitor comes to",
      goes_another_way: "The conversation goes another way",
      not_said: "Visitors are not shown",
      not_done: "Is not done",
      answers_differ: "Answers are taken or kept differently",
      looks_different: "Looks or words differ",
      to_know: "To know",
    },
  },
};

export type BotWords = typeof enBots;
