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
    nothing: "Nichts gefunden. Versuchen Sie andere oder weniger Wörter.",
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
    slow: "Zu viele Anfragen. Warten Sie eine Minute und versuchen Sie es noch einmal.",
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
    nothing: "No se encontró nada. Pruebe con otras palabras o con menos.",
    none: "Todavía no hay artículos.",
    home: "Todos los temas",
    others: "Más artículos",
    all: "Todo sobre este tema",
    more: "Otros artículos",
    updated: "Actualizado",
    helpful: "¿Le ha servido?",
    yes: "Sí",
    no: "No",
    thanks: "Gracias por su respuesta.",
    skip: "Ir al contenido",
    gone: "Esta página no existe",
    goneHint: "Puede que se haya retirado o que la dirección no sea correcta.",
    slow: "Demasiadas peticiones. Espere un minuto e inténtelo de nuevo.",
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
  it: {
    help: "Assistenza",
    search: "Cerca",
    searchFor: "Cerca negli articoli",
    results: "Articoli trovati",
    nothing: "Nessun risultato. Prova con altre parole, o con meno.",
    none: "Non ci sono ancora articoli.",
    home: "Tutti gli argomenti",
    others: "Altri articoli",
    all: "Tutto su questo argomento",
    more: "Articoli successivi",
    updated: "Aggiornato il",
    helpful: "È stato utile?",
    yes: "Sì",
    no: "No",
    thanks: "Grazie della risposta.",
    skip: "Vai al contenuto",
    gone: "Questa pagina non esiste",
    goneHint: "Forse è stata rimossa, o l’indirizzo è sbagliato.",
    slow: "Troppe richieste. Aspetta un minuto e riprova.",
  },
  nl: {
    help: "Hulp",
    search: "Zoeken",
    searchFor: "Zoeken in de artikelen",
    results: "Gevonden artikelen",
    nothing: "Niets gevonden. Probeer andere of minder woorden.",
    none: "Er zijn nog geen artikelen.",
    home: "Alle onderwerpen",
    others: "Meer artikelen",
    all: "Alles over dit onderwerp",
    more: "Volgende artikelen",
    updated: "Bijgewerkt op",
    helpful: "Was dit nuttig?",
    yes: "Ja",
    no: "Nee",
    thanks: "Bedankt voor uw antwoord.",
    skip: "Naar de inhoud",
    gone: "Deze pagina bestaat niet",
    goneHint: "Misschien is ze verwijderd, of het adres klopt niet.",
    slow: "Te veel verzoeken. Wacht een minuut en probeer het opnieuw.",
  },
  pl: {
    help: "Pomoc",
    search: "Szukaj",
    searchFor: "Szukaj w artykułach",
    results: "Znalezione artykuły",
    nothing: "Nic nie znaleziono. Spróbuj innych słów lub mniejszej ich liczby.",
    none: "Nie ma jeszcze artykułów.",
    home: "Wszystkie tematy",
    others: "Inne artykuły",
    all: "Wszystko na ten temat",
    more: "Kolejne artykuły",
    updated: "Zaktualizowano",
    helpful: "Czy to było pomocne?",
    yes: "Tak",
    no: "Nie",
    thanks: "Dziękujemy za odpowiedź.",
    skip: "Przejdź do treści",
    gone: "Ta strona nie istnieje",
    goneHint: "Mogła zostać usunięta albo adres jest błędny.",
    slow: "Zbyt wiele zapytań. Odczekaj minutę i spróbuj ponownie.",
  },
  tr: {
    help: "Yardım",
    search: "Ara",
    searchFor: "Makalelerde ara",
    results: "Bulunan makaleler",
    nothing: "Hiçbir şey bulunamadı. Başka veya daha az kelime deneyin.",
    none: "Henüz makale yok.",
    home: "Tüm konular",
    others: "Diğer makaleler",
    all: "Bu konudaki her şey",
    more: "Sonraki makaleler",
    updated: "Güncellendi:",
    helpful: "Bu yararlı oldu mu?",
    yes: "Evet",
    no: "Hayır",
    thanks: "Yanıtınız için teşekkürler.",
    skip: "İçeriğe geç",
    gone: "Bu sayfa yok",
    goneHint: "Kaldırılmış olabilir ya da adres yanlıştır.",
    slow: "Çok fazla istek. Bir dakika bekleyip yeniden deneyin.",
  },
  ar: {
    help: "المساعدة",
    search: "بحث",
    searchFor: "ابحث في المقالات",
    results: "المقالات التي عُثر عليها",
    nothing: "لم يُعثر على شيء. جرّب كلمات أخرى أو أقل.",
    none: "لا توجد مقالات بعد.",
    home: "كل المواضيع",
    others: "مقالات أخرى",
    all: "كل ما في هذا الموضوع",
    more: "المقالات التالية",
    updated: "آخر تحديث",
    helpful: "هل كان هذا مفيدًا؟",
    yes: "نعم",
    no: "لا",
    thanks: "شكرًا على إجابتك.",
    skip: "انتقل إلى المحتوى",
    gone: "هذه الصفحة غير موجودة",
    goneHint: "ربما أُزيلت، أو أن العنوان غير صحيح.",
    slow: "طلبات كثيرة جدًا. انتظر دقيقة ثم حاول مرة أخرى.",
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
