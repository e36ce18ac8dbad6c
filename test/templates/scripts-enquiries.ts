import { ai, asksForPerson, file, noAnswer, type Script, wrong } from "./script.ts";

const anna = ["Anna Li", "anna@example.com"];

/** Talks with the templates that gather enquiries: leads, quotes, events, applications. */
export const enquiries: Record<string, Script[]> = {
  "lead-capture": [
    { says: ["1", ...anna, "Just me", "Answer faster"], ends: "completed", files: ["lead"] },
    { says: ["1", ...anna, "2–10", ...wrong("x")], ends: "completed", files: ["lead"] },
    { says: ["1", ...anna, "11–50", "Answer faster"], ends: "completed", files: ["lead"] },
    {
      says: ["1", ...anna, "More than 50", "Answer faster", "Yes, now"],
      ends: "handed_off",
      files: ["lead"],
    },
    { says: ["1", ...anna, "4", "Answer faster", "Email is fine"], ends: "completed", files: ["lead"] },
    {
      says: ["1", ...anna, "4", "Answer faster", "Call me later", "+44 20 7946 0000"],
      ends: "completed",
      files: ["lead", "ticket:high"],
    },
    {
      says: ["1", ...anna, "4", "Answer faster", "call", ...wrong("later")],
      ends: "completed",
      files: ["lead"],
    },
    { says: ["1", ...wrong("A")], ends: "completed" },
    { says: ["1", "Anna Li", ...wrong("anna at example")], ends: "handed_off" },
    { says: ["Just looking around"], ends: "completed" },
    { says: ["2", "What is it?", ai("A help desk."), "No, thank you"], ends: "completed" },
    {
      says: [
        "Does it speak German?",
        ai("Yes."),
        "more",
        "And French?",
        noAnswer,
        ...anna,
        "1",
        "Speak French",
      ],
      ends: "completed",
      files: ["lead"],
    },
    {
      says: ["2", "Hm?", ai("Yes."), "But does it?", ai("It does."), "Yes, please contact me", ...wrong("B")],
      ends: "completed",
    },
    { says: ["I want a human", asksForPerson], ends: "handed_off" },
  ],

  "quote-request": [
    {
      says: [
        "Something new",
        "A shed of four by three metres",
        "Yes, I will send one",
        file("plan.pdf"),
        "2027-03-31",
        "Up to 1,000",
        ...anna,
        "+44 20 7946 0000",
      ],
      ends: "completed",
      files: ["lead", "ticket:normal"],
    },
    {
      says: [
        "Renovation",
        "The whole ground floor, 80 m²",
        "send",
        ...wrong("here it is", 2),
        ...wrong("in spring", 2),
        "More than 5,000",
        ...anna,
        ...wrong("no", 2),
      ],
      ends: "completed",
      files: ["lead", "ticket:high"],
    },
    { says: ["Repair", "Yes, it cannot wait"], ends: "handed_off" },
    {
      says: ["3", "2", ...wrong("broken"), "No", "2027-03-31", "2", "Anna Li", ...wrong("anna")],
      ends: "handed_off",
    },
    {
      says: ["Something else", "I would like advice on my garden", "2", "2027-03-31", "4", ...wrong("A")],
      ends: "handed_off",
    },
  ],

  "event-registration": [
    {
      says: ["On site", "2", "None", "Everything", ...anna, "Yes, register me"],
      ends: "completed",
      files: ["lead", "ticket:normal"],
    },
    {
      says: ["1", "1", "For beginners, From practice", "Vegetarian", ...anna, "1"],
      ends: "completed",
      files: ["lead", "ticket:normal"],
    },
    {
      says: ["1", "1", "all of them", "vegan", ...anna, "Start over", "Online", ...anna, "1"],
      ends: "completed",
      files: ["lead", "ticket:normal"],
    },
    {
      says: ["1", "1", "1", "Something special", "No nuts", ...anna, "1"],
      ends: "completed",
      files: ["lead", "ticket:normal"],
    },
    { says: ["1", "1", "1", "special", ...wrong(""), ...wrong("A")], ends: "handed_off" },
    { says: ["Online", "Anna Li", ...wrong("anna")], ends: "handed_off" },
    { says: ["1", "40"], ends: "handed_off" },
    { says: ["1", ...wrong("some")], ends: "handed_off" },
    { says: ["Change my registration"], ends: "handed_off" },
    {
      says: ["I have a question", "Is there parking?", ai("Yes."), "And food?", ai("Yes."), "Not yet"],
      ends: "completed",
    },
    {
      says: [
        "Where is it?",
        ai("In town."),
        "When?",
        ai("In May."),
        "How do I get there?",
        ai("By bus."),
        "And a hotel?",
        noAnswer,
      ],
      ends: "handed_off",
    },
    {
      says: ["Where is it?", ai("In town."), "When?", ai("In May."), "Yes, please", "2", ...anna, "1"],
      ends: "completed",
      files: ["lead", "ticket:normal"],
    },
    { says: ["A person, please", asksForPerson], ends: "handed_off" },
  ],

  "job-application": [
    {
      says: [
        "Customer service",
        "Yes, go on",
        "Anna Li",
        "3",
        "2027-04-01",
        "Send a CV",
        file("cv.pdf"),
        "anna@example.com",
      ],
      ends: "completed",
      files: ["ticket:normal"],
    },
    {
      says: [
        "Sales",
        "1",
        "Anna Li",
        "0",
        "I like people",
        "2027-04-01",
        "Send a link",
        "https://anna.example.com",
        "anna@example.com",
      ],
      ends: "completed",
      files: ["ticket:normal"],
    },
    {
      says: [
        "Software development",
        "1",
        "Anna Li",
        "0.5",
        ...wrong("hm"),
        ...wrong("soon"),
        "link",
        ...wrong("my page", 2),
        "anna@example.com",
      ],
      ends: "completed",
      files: ["ticket:normal"],
    },
    {
      says: ["4", "1", "Anna Li", "2", "2027-04-01", "file", ...wrong("here", 2), ...wrong("anna")],
      ends: "handed_off",
    },
    {
      says: ["4", "1", "Anna Li", "2", "2027-04-01", "Later by email", "anna@example.com"],
      ends: "completed",
      files: ["ticket:normal"],
    },
    { says: ["1", "No"], ends: "completed" },
    { says: ["1", "1", ...wrong("A")], ends: "handed_off" },
    { says: ["1", "1", "Anna Li", ...wrong("many")], ends: "handed_off" },
    {
      says: [
        "I have a question first",
        "Pay?",
        ai("Fair."),
        "Hours?",
        ai("38."),
        "Dogs?",
        ai("Yes."),
        "Not now",
      ],
      ends: "completed",
    },
    {
      says: ["Part time?", ai("Yes."), "Hours?", ai("20."), "Dogs?", ai("Yes."), "Cats?", noAnswer],
      ends: "handed_off",
    },
    {
      says: ["Part time?", ai("Yes."), "Hours?", ai("20."), "Dogs?", ai("Yes."), "Yes", "1", "2"],
      ends: "completed",
    },
    { says: ["A human, please", asksForPerson], ends: "handed_off" },
  ],
};
