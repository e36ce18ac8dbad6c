import type { PlaceKey } from "./shop.ts";
import type { Line, Story } from "./stories.ts";

const FIRST_WORDS: Record<PlaceKey, string> = {
  website: "Hello, I have a question",
  help: "Something broke",
  business: "Good day, do you sell to clubs and companies?",
};

/** A conversation that a chatbot's flow led: to its end, or to the question at which the visitor left. */
function led(place: PlaceKey, day: number, answers: string[], more: Partial<Story> = {}): Story {
  const said = answers.map((text): Line => ["visitor", text]);
  return { place, day, ...more, lines: [["visitor", FIRST_WORDS[place]], ["flow"], ...said] };
}

/** Conversations of the weeks before that a chatbot's flow led, the newest first. */
export const LED_STORIES: Story[] = [
  led(
    "website",
    3,
    ["Advice on gear", "Two of us, Sarek in August", "Nora Lindgren", "nora.lindgren@example.com"],
    {
      name: "Nora Lindgren",
      status: "resolved",
    },
  ),
  led("help", 4, ["The left pole does not lock any more", "Yes, I leave soon"], { name: "Felix Brandt" }),
  led("business", 4, ["Katrin Sommer", "Waldkindergarten Eiche", "24", "katrin.sommer@example.com"], {
    name: "Katrin Sommer",
    status: "resolved",
  }),
  led(
    "website",
    5,
    ["Advice on gear", "Alone, the Harz in March", "Mateo Silva", "mateo.silva@example.com"],
    {
      name: "Mateo Silva",
      status: "resolved",
    },
  ),
  led("website", 6, ["Advice on gear", "Family of four, lakes in Finland"]),
  led("business", 7, ["Jan", "Sportverein Elmshorn", "about sixty"]),
  led("website", 8, ["Advice on gear"]),
  led("help", 9, ["Tent pole broke at the joint"]),
  led("website", 10, ["A return or exchange", "Yes, thanks"], { name: "Ida Møller", status: "resolved" }),
  led("business", 12, ["Lucía Ortega", "Rutas Norte", "15", "lucia.ortega@example.com"], {
    name: "Lucía Ortega",
    locale: "es",
    status: "resolved",
  }),
  led("website", 13, ["A return or exchange", "Yes, thanks"], { status: "resolved" }),
  led("help", 14, ["Sole of my Harz boots comes off", "No hurry"], {
    name: "Rosa Ferrari",
    status: "resolved",
  }),
  led("business", 16, ["Someone"]),
  led(
    "website",
    17,
    ["Advice on gear", "Three, the Tatras in May", "Pavel Horák", "pavel.horak@example.com"],
    {
      name: "Pavel Horák",
      status: "resolved",
    },
  ),
  led("business", 19, ["Greta Nilsson", "Fjällgården", "30", "greta.nilsson@example.com"], {
    name: "Greta Nilsson",
    status: "resolved",
  }),
  led("help", 20, []),
  led("website", 21, []),
  led("website", 25, ["Advice on gear", "Two, Iceland in July", "Amira Haddad", "amira.haddad@example.com"], {
    name: "Amira Haddad",
    status: "resolved",
  }),
  led("business", 27, ["Paul", "Bergschule Allgäu"]),
];
