/** The help pages' own words. Articles are in whatever language they were written in. */
export interface HelpWords {
  help: string;
  search: string;
  searchFor: string;
  results: string;
  nothing: string;
  none: string;
  home: string;
  others: string;
  all: string;
  more: string;
  updated: string;
  helpful: string;
  yes: string;
  no: string;
  thanks: string;
  skip: string;
  gone: string;
  goneHint: string;
  slow: string;
}

export const HELP_WORDS = {
  en: {
    help: "Help",
    search: "Search",
    searchFor: "Search the articles",
    results: "Articles found",
    nothing: "Nothing was found. Try other or fewer words.",
    none: "There are no articles yet.",
    home: "All topics",
    others: "More articles",
    all: "All of this topic",
    more: "Further articles",
    updated: "Updated",
    helpful: "Was this helpful?",
    yes: "Yes",
    no: "No",
    thanks: "Thank you for telling us.",
    skip: "Skip to the content",
    gone: "This page does not exist",
    goneHint: "It may have been taken offline, or the address is wrong.",
    slow: "Too many requests. Wait a minute and try again.",
  },
  de: {
    help: "Hilfe",
    search: "Suchen",
    searchFor: "Artikel durchsuchen",
    results: "Gefundene Artikel",
    nothing: "Nichts gefunden. Versuche andere oder weniger Wörter.",
    none: "Es gibt noch keine Artikel.",
    home: "Alle Themen",
    others: "Weitere Artikel",
    all: "Alles zu diesem Thema",
    more: "Weitere Artikel",
    updated: "Aktualisiert",
    helpful: "War das hilfreich?",
    yes: "Ja",
    no: "Nein",
    thanks: "Danke für die Rückmeldung.",
    skip: "Zum Inhalt",
    gone: "Diese Seite gibt es nicht",
    goneHint: "Sie ist vielleicht nicht mehr online, oder die Adresse stimmt nicht.",
    slow: "Zu viele Anfragen. Warte eine Minute und versuche es noch einmal.",
  },
  pt: {
    help: "Ajuda",
    search: "Pesquisar",
    searchFor: "Pesquisar nos artigos",
    results: "Artigos encontrados",
    nothing: "Nada foi encontrado. Tente outras palavras, ou menos.",
    none: "Ainda não há artigos.",
    home: "Todos os temas",
    others: "Mais artigos",
    all: "Tudo deste tema",
    more: "Outros artigos",
    updated: "Atualizado",
    helpful: "Isto foi útil?",
    yes: "Sim",
    no: "Não",
    thanks: "Obrigado pela resposta.",
    skip: "Ir para o conteúdo",
    gone: "Esta página não existe",
    goneHint: "Talvez tenha sido retirada, ou o endereço está errado.",
    slow: "Pedidos a mais. Espere um minuto e tente de novo.",
  },
  es: {
    help: "Ayuda",
    search: "Buscar",
    searchFor: "Buscar en los artículos",
    results: "Artículos encontrados",
    nothing: "No se encontró nada. Prueba con otras palabras o con menos.",
    none: "Todavía no hay artículos.",
    home: "Todos los temas",
    others: "Más artículos",
    all: "Todo sobre este tema",
    more: "Otros artículos",
    updated: "Actualizado",
    helpful: "¿Te ha servido?",
    yes: "Sí",
    no: "No",
    thanks: "Gracias por tu respuesta.",
    skip: "Ir al contenido",
    gone: "Esta página no existe",
    goneHint: "Puede que se haya retirado o que la dirección no sea correcta.",
    slow: "Demasiadas peticiones. Espera un minuto e inténtalo de nuevo.",
  },
  fr: {
    help: "Aide",
    search: "Rechercher",
    searchFor: "Rechercher dans les articles",
    results: "Articles trouvés",
    nothing: "Rien n’a été trouvé. Essayez d’autres mots, ou moins de mots.",
    none: "Il n’y a pas encore d’articles.",
    home: "Tous les sujets",
    others: "Autres articles",
    all: "Tout sur ce sujet",
    more: "Articles suivants",
    updated: "Mis à jour",
    helpful: "Cet article vous a-t-il aidé ?",
    yes: "Oui",
    no: "Non",
    thanks: "Merci de votre réponse.",
    skip: "Aller au contenu",
    gone: "Cette page n’existe pas",
    goneHint: "Elle a peut-être été retirée, ou l’adresse est fausse.",
    slow: "Trop de requêtes. Attendez une minute et réessayez.",
  },
} as const satisfies Record<string, HelpWords>;

export type HelpLanguage = keyof typeof HELP_WORDS;

export const HELP_LANGUAGES = Object.keys(HELP_WORDS) as HelpLanguage[];

/** The language of these that a tag (BCP 47) is of; null: of none. */
export function helpLanguage(tag: string): HelpLanguage | null {
  const base = tag.toLowerCase().split("-")[0];
  return HELP_LANGUAGES.find((language) => language === base) ?? null;
}

/** Written from right to left, as browsers know it by the language. */
export function directionOf(tag: string): "rtl" | "ltr" {
  return /^(ar|arc|ckb|dv|fa|ha-arab|he|khw|ks|ps|sd|ug|ur|yi)\b/i.test(tag) ? "rtl" : "ltr";
}
