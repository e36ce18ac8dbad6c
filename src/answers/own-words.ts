/**
 * What the AI says in its own words, and what it understands without asking a model, in the languages that visitors
 * write in most. Whatever is answered from the knowledge base comes from there.
 */

export interface OwnWords {
  greeting: string;
  thanked: string;
  goodbye: string;
  /** Nothing was found, and people go on. */
  handedOver: string;
  /** Asked for a person, who goes on. */
  toPerson: string;
  /** Nothing was found, and nobody else is there. */
  noAnswer: string;
  /** Asked for a person where there is none. */
  nobody: string;
  /** Before passages of articles as they stand. */
  found: string;
  products: string;
  source: string;
  personLabel: string;
  /** Words that tell the language of a text. */
  marks: string;
  /** Words of a greeting, of thanks and of a goodbye: a message of these alone asks nothing. */
  greetings: string;
  thanks: string;
  goodbyes: string;
  /** A person, and what is done with one: a message with both, or of these alone, asks for one. */
  people: string;
  talking: string;
}

const en: OwnWords = {
  greeting: "Hello! How can I help you?",
  thanked: "You're welcome! Is there anything else?",
  goodbye: "Goodbye, and thank you for writing.",
  handedOver:
    "I found no answer to that, so I have passed your question on to our team. They will reply here.",
  toPerson: "Of course. I have passed this on to our team. They will reply here.",
  noAnswer: "I found no answer to that. Could you ask it in other words?",
  nobody: "There is nobody here but me, an automatic assistant. Ask me, and I will look it up.",
  found: "This is what our help pages say:",
  products: "These products may be what you are looking for:",
  source: "Source",
  personLabel: "Talk to a person",
  marks: "the is are how what do does can i my you where when to of and",
  greetings: "hello hi hey hiya greetings good morning afternoon evening day there",
  thanks: "thanks thank you thx ty cheers much very great perfect super ok okay cool",
  goodbyes: "bye goodbye see you later",
  people: "human humans person people agent operator representative employee someone somebody staff",
  talking: "talk talking speak speaking chat connect transfer real live",
};

const de: OwnWords = {
  greeting: "Hallo! Wie kann ich helfen?",
  thanked: "Gern geschehen! Kann ich sonst noch etwas tun?",
  goodbye: "Auf Wiedersehen, und danke für die Nachricht.",
  handedOver:
    "Dazu habe ich keine Antwort gefunden und die Frage an unser Team weitergegeben. Es antwortet hier.",
  toPerson: "Gern. Ich habe das an unser Team weitergegeben. Es antwortet hier.",
  noAnswer: "Dazu habe ich keine Antwort gefunden. Können Sie es anders formulieren?",
  nobody: "Hier bin nur ich, ein automatischer Assistent. Fragen Sie mich, und ich sehe nach.",
  found: "Das steht auf unseren Hilfeseiten:",
  products: "Diese Produkte könnten passen:",
  source: "Quelle",
  personLabel: "Mit einem Menschen sprechen",
  marks: "der die das ist sind wie was ich mein kann sie wo wann zu und nicht ein eine",
  greetings: "hallo hi hey servus moin guten morgen tag abend grüß gott",
  thanks: "danke vielen dank dankeschön super perfekt alles klar ok okay",
  goodbyes: "tschüss ciao auf wiedersehen bis bald dann",
  people:
    "mensch menschen person mitarbeiter mitarbeiterin berater beraterin ansprechpartner jemand jemandem",
  talking: "sprechen reden chatten verbinden echten echte",
};

const fr: OwnWords = {
  greeting: "Bonjour ! Comment puis-je vous aider ?",
  thanked: "Avec plaisir ! Puis-je faire autre chose pour vous ?",
  goodbye: "Au revoir, et merci de votre message.",
  handedOver:
    "Je n'ai pas trouvé de réponse et j'ai transmis votre question à notre équipe. Elle vous répondra ici.",
  toPerson: "Bien sûr. J'ai transmis votre demande à notre équipe. Elle vous répondra ici.",
  noAnswer: "Je n'ai pas trouvé de réponse. Pouvez-vous le formuler autrement ?",
  nobody: "Il n'y a ici que moi, un assistant automatique. Posez votre question et je chercherai.",
  found: "Voici ce que disent nos pages d'aide :",
  products: "Ces produits pourraient convenir :",
  source: "Source",
  personLabel: "Parler à une personne",
  marks: "le la les est sont comment quel quelle je mon vous où quand et des une pas",
  greetings: "bonjour bonsoir salut coucou",
  thanks: "merci beaucoup parfait super ok",
  goodbyes: "au revoir à bientôt",
  people: "humain personne agent conseiller conseillère opérateur quelqu un",
  talking: "parler discuter vrai vraie",
};

const es: OwnWords = {
  greeting: "¡Hola! ¿En qué puedo ayudarle?",
  thanked: "¡De nada! ¿Puedo ayudarle en algo más?",
  goodbye: "Adiós, y gracias por escribir.",
  handedOver: "No encontré una respuesta y pasé su pregunta a nuestro equipo. Le responderá aquí.",
  toPerson: "Por supuesto. He pasado la conversación a nuestro equipo. Le responderá aquí.",
  noAnswer: "No encontré una respuesta. ¿Puede preguntarlo con otras palabras?",
  nobody: "Aquí solo estoy yo, un asistente automático. Pregúnteme y lo busco.",
  found: "Esto dicen nuestras páginas de ayuda:",
  products: "Estos productos pueden ser lo que busca:",
  source: "Fuente",
  personLabel: "Hablar con una persona",
  marks: "el la los es son cómo qué yo mi puedo dónde cuándo y una no para",
  greetings: "hola buenos buenas días tardes noches",
  thanks: "gracias muchas perfecto genial vale ok",
  goodbyes: "adiós hasta luego pronto",
  people: "humano persona agente operador alguien asesor",
  talking: "hablar real conectar",
};

const it: OwnWords = {
  greeting: "Salve! Come posso aiutarla?",
  thanked: "Prego! Posso fare altro per lei?",
  goodbye: "Arrivederci, e grazie per averci scritto.",
  handedOver: "Non ho trovato una risposta e ho passato la domanda al nostro team. Risponderà qui.",
  toPerson: "Certo. Ho passato la conversazione al nostro team. Risponderà qui.",
  noAnswer: "Non ho trovato una risposta. Può chiederlo con altre parole?",
  nobody: "Qui ci sono solo io, un assistente automatico. Chieda pure, e cercherò.",
  found: "Ecco che cosa dicono le nostre pagine di aiuto:",
  products: "Questi prodotti potrebbero fare al caso suo:",
  source: "Fonte",
  personLabel: "Parlare con una persona",
  marks: "il lo gli è sono come che cosa io mio posso dove quando e una non per",
  greetings: "ciao salve buongiorno buonasera",
  thanks: "grazie mille perfetto ottimo ok",
  goodbyes: "arrivederci a presto",
  people: "umano persona operatore operatrice qualcuno",
  talking: "parlare vera",
};

const pt: OwnWords = {
  greeting: "Olá! Como posso ajudar?",
  thanked: "De nada! Posso ajudar em mais alguma coisa?",
  goodbye: "Até logo, e obrigado por escrever.",
  handedOver: "Não encontrei resposta e passei a sua pergunta à nossa equipe. Ela responderá aqui.",
  toPerson: "Claro. Passei a conversa à nossa equipe. Ela responderá aqui.",
  noAnswer: "Não encontrei resposta. Pode perguntar com outras palavras?",
  nobody: "Aqui só estou eu, um assistente automático. Pergunte, e eu procuro.",
  found: "Isto é o que dizem as nossas páginas de ajuda:",
  products: "Estes produtos podem ser o que procura:",
  source: "Fonte",
  personLabel: "Falar com uma pessoa",
  marks: "o os é são como que eu meu posso onde quando e uma não para você",
  greetings: "olá oi bom boa dia tarde noite",
  thanks: "obrigado obrigada muito perfeito ótimo ok",
  goodbyes: "tchau adeus até logo",
  people: "humano pessoa atendente agente alguém",
  talking: "falar real",
};

const nl: OwnWords = {
  greeting: "Hallo! Waarmee kan ik helpen?",
  thanked: "Graag gedaan! Kan ik nog iets doen?",
  goodbye: "Tot ziens, en bedankt voor uw bericht.",
  handedOver: "Ik vond daar geen antwoord op en heb uw vraag aan ons team doorgegeven. Het antwoordt hier.",
  toPerson: "Natuurlijk. Ik heb dit aan ons team doorgegeven. Het antwoordt hier.",
  noAnswer: "Ik vond daar geen antwoord op. Kunt u het anders vragen?",
  nobody: "Hier ben alleen ik, een automatische assistent. Vraag het mij, dan zoek ik het op.",
  found: "Dit staat op onze hulppagina's:",
  products: "Deze producten passen misschien:",
  source: "Bron",
  personLabel: "Met een medewerker praten",
  marks: "de het een is zijn hoe wat ik mijn kan waar wanneer en niet u",
  greetings: "hallo hoi hey goedemorgen goedemiddag goedenavond dag",
  thanks: "bedankt dank je u wel super prima ok",
  goodbyes: "tot ziens doei",
  people: "mens persoon medewerker iemand",
  talking: "praten spreken echte",
};

const pl: OwnWords = {
  greeting: "Dzień dobry! W czym mogę pomóc?",
  thanked: "Proszę bardzo! Czy mogę jeszcze w czymś pomóc?",
  goodbye: "Do widzenia i dziękuję za wiadomość.",
  handedOver: "Nie znalazłem odpowiedzi i przekazałem pytanie naszemu zespołowi. Odpowie tutaj.",
  toPerson: "Oczywiście. Przekazałem rozmowę naszemu zespołowi. Odpowie tutaj.",
  noAnswer: "Nie znalazłem odpowiedzi. Czy można zapytać inaczej?",
  nobody: "Jestem tu tylko ja, automatyczny asystent. Proszę zapytać, a poszukam.",
  found: "Oto co mówią nasze strony pomocy:",
  products: "Te produkty mogą pasować:",
  source: "Źródło",
  personLabel: "Porozmawiaj z człowiekiem",
  marks: "jest są jak co ja mój czy gdzie kiedy i nie na do się",
  greetings: "cześć hej dzień dobry witam wieczór",
  thanks: "dziękuję dzięki bardzo super ok",
  goodbyes: "do widzenia pa",
  people: "człowiek człowiekiem osobą konsultant konsultantem pracownik pracownikiem",
  talking: "rozmawiać porozmawiać prawdziwym",
};

const tr: OwnWords = {
  greeting: "Merhaba! Nasıl yardımcı olabilirim?",
  thanked: "Rica ederim! Başka bir şey var mı?",
  goodbye: "Hoşça kalın, yazdığınız için teşekkürler.",
  handedOver: "Buna bir yanıt bulamadım ve sorunuzu ekibimize ilettim. Buradan yanıt verecekler.",
  toPerson: "Elbette. Konuşmayı ekibimize ilettim. Buradan yanıt verecekler.",
  noAnswer: "Buna bir yanıt bulamadım. Başka sözcüklerle sorar mısınız?",
  nobody: "Burada yalnızca ben varım, otomatik bir asistan. Sorun, arayayım.",
  found: "Yardım sayfalarımızda şöyle yazıyor:",
  products: "Bu ürünler uygun olabilir:",
  source: "Kaynak",
  personLabel: "Bir kişiyle görüş",
  marks: "ve bir bu nasıl ne nerede mı mi mu için ben var",
  greetings: "merhaba selam günaydın iyi günler akşamlar",
  thanks: "teşekkürler teşekkür ederim sağ ol tamam",
  goodbyes: "hoşça kal kalın görüşürüz",
  people: "insan insanla kişi kişiyle temsilci temsilciyle yetkili biriyle",
  talking: "konuşmak görüşmek gerçek",
};

const ru: OwnWords = {
  greeting: "Здравствуйте! Чем могу помочь?",
  thanked: "Пожалуйста! Могу ещё чем-нибудь помочь?",
  goodbye: "До свидания, спасибо за сообщение.",
  handedOver: "Я не нашёл ответа и передал вопрос нашей команде. Она ответит здесь.",
  toPerson: "Конечно. Я передал разговор нашей команде. Она ответит здесь.",
  noAnswer: "Я не нашёл ответа. Можно спросить другими словами?",
  nobody: "Здесь только я, автоматический помощник. Спросите, и я поищу.",
  found: "Вот что сказано на наших страницах помощи:",
  products: "Возможно, подойдут эти товары:",
  source: "Источник",
  personLabel: "Поговорить с человеком",
  marks: "и в не на я как что где когда мой вы это есть ли",
  greetings: "здравствуйте привет добрый день вечер утро",
  thanks: "спасибо большое отлично хорошо ок",
  goodbyes: "до свидания пока",
  people: "человек человеком оператор оператором сотрудник сотрудником менеджером",
  talking: "поговорить говорить живым живой соедините",
};

const ar: OwnWords = {
  greeting: "مرحبًا! كيف يمكنني مساعدتك؟",
  thanked: "على الرحب والسعة! هل من شيء آخر؟",
  goodbye: "إلى اللقاء، وشكرًا على رسالتك.",
  handedOver: "لم أجد إجابة، فأحلت سؤالك إلى فريقنا. سيجيبونك هنا.",
  toPerson: "بالطبع. أحلت المحادثة إلى فريقنا. سيجيبونك هنا.",
  noAnswer: "لم أجد إجابة. هل يمكنك السؤال بكلمات أخرى؟",
  nobody: "لا يوجد هنا سواي، مساعد آلي. اسألني وسأبحث.",
  found: "هذا ما تقوله صفحات المساعدة لدينا:",
  products: "قد تناسبك هذه المنتجات:",
  source: "المصدر",
  personLabel: "التحدث إلى شخص",
  marks: "في من على ما هل كيف أين متى أنا إلى هذا",
  greetings: "مرحبا أهلا السلام عليكم صباح مساء الخير",
  thanks: "شكرا جزيلا ممتاز حسنا",
  goodbyes: "وداعا مع السلامة إلى اللقاء",
  people: "شخص إنسان موظف",
  talking: "التحدث حقيقي أتكلم",
};

/** By the first part of a language tag. */
export const OWN_WORDS = { en, de, fr, es, it, pt, nl, pl, tr, ru, ar } as const;
export type OwnLanguage = keyof typeof OWN_WORDS;
