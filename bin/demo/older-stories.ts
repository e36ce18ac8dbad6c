import type { Story } from "./stories.ts";

/** What people wrote in the weeks before and were answered, the newest first. */
export const OLDER_STORIES: Story[] = [
  {
    ...{ place: "website", day: 4, name: "Oskar Jensen", email: "oskar.jensen@example.com" },
    ...{ status: "resolved", unanswered: 0 },
    lines: [
      ["visitor", "Do you rent out tents for a weekend?"],
      ["m", "Not yet, sorry. The alpine club in Hamburg does, two streets from our shop."],
    ],
  },
  {
    ...{ place: "help", day: 5, name: "Dana Kowalski", email: "dana.kowalski@example.com" },
    ticket: { subject: "Gas stove leaks at the valve", text: "Told her not to use it.", priority: "urgent" },
    lines: [
      ["visitor", "My mini stove hisses at the valve even when it is closed. Is that normal?"],
      [
        "m",
        "No. Please do not use it any more, and take the cartridge off outdoors. We send you a new one today.",
      ],
      ["visitor", "Done. Should I send the old one back?"],
      ["m", "Please keep it, our workshop wants to see it. A label is in your mail."],
    ],
  },
  {
    ...{
      place: "website",
      day: 5,
      name: "Samuel Osei",
      email: "samuel.osei@example.com",
      status: "resolved",
    },
    lines: [
      ["visitor", "Which size of the Harz boots if I wear 42 in running shoes?"],
      ["m", "Take the 42.5, or the 43 with thick socks. You can return them for 60 days."],
      ["visitor", "43 it is."],
    ],
  },
  {
    ...{ place: "website", day: 6, name: "Lena Hartmann", email: "lena.hartmann@example.com" },
    ...{ tags: ["Returns"], status: "resolved" },
    ticket: { subject: "Refund for order 48102 is missing", status: "resolved" },
    lines: [
      ["visitor", "I returned a jacket three weeks ago and the money is still not back. Order 48102."],
      [
        "m",
        "That is too long. The parcel was booked under another order; the refund of 159 € left us just now.",
      ],
      ["visitor", "Thank you for being quick."],
    ],
  },
  {
    ...{ place: "website", day: 7, email: "s.brandner@example.com", unanswered: 0 },
    lines: [["visitor", "Is there a student discount?"]],
  },
  {
    ...{ place: "help", day: 7, name: "Ahmed Nasser", email: "ahmed.nasser@example.com", status: "resolved" },
    lines: [
      ["visitor", "The rain cover of my Freya 38 is missing."],
      ["m", "It hides in a pocket at the bottom, behind a small zip. Is it there?"],
      ["visitor", "Ha. Yes. Thanks!"],
    ],
  },
  {
    ...{ place: "website", day: 8, name: "Julie Lefèvre", email: "julie.lefevre@example.com", locale: "fr" },
    ...{ status: "resolved" },
    lines: [
      ["visitor", "Livrez-vous en Suisse ? Et les frais de douane ?"],
      ["m", "Oui, sous dix jours. La douane se paie à la réception, environ 8 % du prix."],
      ["visitor", "Merci beaucoup."],
    ],
  },
  {
    ...{ place: "business", day: 9, name: "Ingrid Solberg", status: "pending", assignee: "i" },
    lines: [
      ["visitor", "Can we pay by invoice? We are a school in Bergen."],
      ["i", "Yes, with 30 days. I need your organisation number for that."],
      ["visitor", "I ask our office and come back to you."],
    ],
  },
  {
    ...{ place: "website", day: 9, name: "Viktor Petrov", email: "viktor.petrov@example.com" },
    ...{ status: "resolved", tags: ["VIP"], fields: { loyalty: "gold" } },
    lines: [
      ["visitor", "The Freya 3 tent says preorder. When does it really come?"],
      ["m", "The container is due on the 12th; we ship on the 14th, in the order in which people ordered."],
      ["visitor", "And I am number?"],
      ["m", "Seven. You will have it before the holidays."],
    ],
  },
  {
    ...{ place: "help", day: 10, name: "Mia Larsson", email: "mia.larsson@example.com", status: "resolved" },
    ticket: { subject: "Replacement buckle for a Freya 38", priority: "low", status: "resolved" },
    lines: [
      ["visitor", "The chest buckle of my pack is gone. Can I buy one?"],
      ["m", "We send you one for free, it fits in a letter."],
    ],
  },
  {
    ...{
      place: "website",
      day: 11,
      name: "Hugo Martins",
      email: "hugo.martins@example.com",
      status: "resolved",
    },
    lines: [
      ["visitor", "I want to change the address of order 47990, it has not shipped yet."],
      ["m", "Changed to Rua do Carmo 11, Lisboa. It leaves tonight."],
      ["visitor", "Obrigado!"],
    ],
  },
  {
    ...{ place: "website", day: 11, name: "Bea Schultz", unanswered: 2, status: "resolved" },
    lines: [
      ["visitor", "Is the down of your sleeping bags certified?"],
      ["m", "All of it, by the Responsible Down Standard. The number is on the label inside."],
    ],
  },
  {
    ...{ place: "help", day: 12, name: "Tariq Aziz", email: "tariq.aziz@example.com" },
    ticket: {
      subject: "Tent seam leaks, second time",
      text: "Was repaired in spring.",
      priority: "high",
      status: "pending",
    },
    lines: [
      ["visitor", "Water comes through the same seam of my Abisko that you repaired in April."],
      ["m", "Then the fabric behind it has gone. Can you send us a photo of the whole panel?"],
      ["visitor", "I will when I am home on Sunday."],
    ],
  },
  {
    ...{
      place: "website",
      day: 13,
      name: "Clara Vogel",
      email: "clara.vogel@example.com",
      status: "resolved",
    },
    lines: [
      ["visitor", "Can I pick up my order in the shop instead?"],
      ["m", "Yes, from tomorrow 10 o'clock, Große Bergstraße 12. Bring the order number."],
    ],
  },
  {
    ...{
      place: "website",
      day: 14,
      name: "Noah Peeters",
      email: "noah.peeters@example.com",
      status: "resolved",
    },
    lines: [
      ["visitor", "My parcel was left in the rain and the box fell apart."],
      ["m", "I'm sorry. Is anything inside damaged? A photo is enough, we replace it at once."],
      ["visitor", "Only the box, the stove is fine. Still, not nice."],
      ["m", "Agreed, I have told the carrier. Here is a code for free delivery next time: TROCKEN."],
    ],
  },
  {
    ...{ place: "website", day: 15, email: "kai.voss@example.com", unanswered: 0 },
    lines: [
      ["visitor", "Do you buy back used gear?"],
      ["visitor", "Hello?"],
    ],
  },
  {
    ...{ place: "help", day: 16, name: "Elif Yıldız", email: "elif.yildiz@example.com", status: "resolved" },
    lines: [
      ["visitor", "How do I wax the leather of the Harz boots, and how often?"],
      ["m", "Clean and dry first, warm wax with a cloth, let it sit overnight. Every ten days of walking."],
      ["visitor", "Great, thanks"],
    ],
  },
  {
    ...{
      place: "website",
      day: 17,
      name: "Robert Green",
      email: "robert.green@example.com",
      status: "resolved",
    },
    ...{ tags: ["Returns"] },
    lines: [
      ["visitor", "What is your returns policy for sale items?"],
      ["m", "The same: 60 days, and the money you paid."],
    ],
  },
  {
    ...{ place: "business", day: 18, name: "Stefan Kurz", status: "resolved", assignee: "i" },
    lines: [
      ["visitor", "We ordered 20 packs for our mountain rescue team, two came without hip belts."],
      ["i", "That must not happen with you. Two belts leave by express today, no charge."],
      ["visitor", "Arrived this morning, thank you."],
    ],
  },
  {
    ...{
      place: "website",
      day: 18,
      name: "Zoe Papadakis",
      email: "zoe.papadakis@example.com",
      status: "resolved",
    },
    lines: [
      ["visitor", "Is the Abisko 2 okay for two tall people? 1.92 and 1.88."],
      ["m", "In length yes, 2.20 m inside. In width it is 1.30 m, so you should like each other."],
      ["visitor", "We do :)"],
    ],
  },
  {
    ...{ place: "help", day: 19, name: "Kenji Mori", email: "kenji.mori@example.com", status: "resolved" },
    ticket: { subject: "Account cannot be deleted", priority: "low", status: "resolved" },
    lines: [
      ["visitor", "Please delete my account, the button does nothing."],
      [
        "m",
        "Done by hand, and the button is on our list. Invoices are kept for ten years, as the law wants it.",
      ],
    ],
  },
  {
    ...{
      place: "website",
      day: 20,
      name: "Agnes Varga",
      email: "agnes.varga@example.com",
      status: "resolved",
    },
    lines: [
      ["visitor", "Which gas cartridge fits the mini stove?"],
      ["m", "Any with the EN 417 screw thread, so all but the blue clip ones."],
    ],
  },
  {
    ...{ place: "website", day: 22, name: "Daniel Roth", email: "daniel.roth@example.com" },
    ...{ status: "resolved", unanswered: 1 },
    lines: [
      ["visitor", "Do you ship spare poles to Chile? I am on the road."],
      ["m", "By courier, five days, 48 €. Which hostel can take it in?"],
      ["visitor", "Refugio Austral in Puerto Natales, until the 20th."],
      ["m", "It is on its way, the tracking number is in your mail."],
    ],
  },
  {
    ...{ place: "help", day: 23, name: "Petra Blum", email: "petra.blum@example.com", status: "resolved" },
    lines: [
      ["visitor", "My sleeping bag smells after a week in the tent. Wash it?"],
      [
        "m",
        "Air it for two days first. If that is not enough: 30 °C, down detergent, three hours in the dryer.",
      ],
    ],
  },
  {
    ...{
      place: "website",
      day: 24,
      name: "Isabel Reyes",
      email: "isabel.reyes@example.com",
      status: "resolved",
    },
    ticket: { subject: "Wrong colour in order 47512", status: "resolved" },
    lines: [
      ["visitor", "I ordered the pack in green and got blue."],
      ["m", "Our mistake. Keep the blue one until the green one is there, then use the label inside."],
      ["visitor", "Fair. Thanks."],
    ],
  },
  {
    ...{ place: "business", day: 24, name: "Claire Fontaine", status: "resolved", assignee: "i" },
    lines: [
      ["visitor", "Could you print our logo on 50 bottles?"],
      ["i", "Yes, from 30 pieces. Send me the logo as a vector file and you get a proof in two days."],
      ["visitor", "Sent. We are curious!"],
    ],
  },
  {
    ...{ place: "website", day: 26, name: "Emre Demir", email: "emre.demir@example.com", status: "resolved" },
    lines: [
      ["visitor", "Tracking says delivered, but there is nothing here. Order 47388."],
      ["m", "It lies with your neighbour Kaya on the second floor, says the driver's note."],
      ["visitor", "Found it!"],
    ],
  },
  {
    ...{
      place: "help",
      day: 28,
      name: "Birgit Olsen",
      email: "birgit.olsen@example.com",
      status: "resolved",
    },
    lines: [
      ["visitor", "How long is the warranty on the poles?"],
      ["m", "Five years on ours, free of charge. Yours are from 2023, so there is plenty left."],
    ],
  },
  {
    ...{
      place: "website",
      day: 29,
      name: "Yannick Weber",
      email: "yannick.weber@example.com",
      status: "resolved",
    },
    lines: [
      ["visitor", "Can I use two vouchers on one order?"],
      ["m", "One per order, but I can merge yours into one of 70 €. Done, the code is in your mail."],
    ],
  },
];
