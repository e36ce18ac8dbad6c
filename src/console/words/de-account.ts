import type { AccountWords } from "./en-account.ts";

export const deAccount: AccountWords = {
  security: {
    factor: "Anmeldung mit zweitem Faktor",
    isOn: "Sie ist eingeschaltet: Nach dem Passwort wird ein Code Ihrer Authenticator-App verlangt.",
    about:
      "Nach dem Passwort wird ein Code einer App auf Ihrem Telefon verlangt. Wer nur das Passwort kennt, kommt nicht hinein.",
    noPassword: "Sie melden sich über einen Anbieter an: Dessen zweiter Faktor gilt.",
    setUp: "Einrichten",
    turnOn: "Einschalten",
    turnOff: "Ausschalten",
    newCodes: "Neue Ersatzcodes",
    password: "Ihr Passwort",
    wrongPassword: "Das ist nicht Ihr Passwort.",
    wrongCode: "Das ist nicht der Code. Sehen Sie noch einmal in die App, oder beginnen Sie neu.",
    isOnAlready: "Sie ist schon eingeschaltet.",
    scan: "Zur App hinzufügen",
    scanAbout: "Nehmen Sie das Bild mit einer Authenticator-App auf.",
    picture: "QR-Code für eine Authenticator-App",
    orType: "Oder geben Sie dies in der App ein:",
    codes: "Ersatzcodes aufbewahren",
    codesAbout:
      "Jeder gilt einmal anstelle eines Codes, falls das Telefon verloren geht. Bewahren Sie sie getrennt davon auf: Sie werden nicht wieder gezeigt.",
    confirm: "Ersten Code eingeben",
    code: "Code der App",
    beginAnew: "Neu beginnen",
    passkeys: "Passkeys",
    passkeysAbout:
      "Ein Passkey meldet Sie mit Ihrem Gerät an, mit Finger, Gesicht oder PIN, ohne Passwort und Code.",
    passkeyName: "Name des Geräts",
    add: "Passkey hinzufügen",
    remove: "Entfernen",
    unnamed: "Passkey",
    noneMade:
      "Das Gerät hat keinen Passkey erstellt. Versuchen Sie es noch einmal; wenn Ihre Anmeldung älter als ein Tag ist, melden Sie sich zuerst neu an.",
    notKept: "Dieser Passkey wurde nicht übernommen. Versuchen Sie es noch einmal.",
    back: "Zurück zu Ihrem Konto",
    endOne: "Dort abmelden",
    done: {
      "factor-on":
        "Die Anmeldung mit zweitem Faktor ist an. Ab jetzt wird nach dem Passwort ein Code verlangt.",
      "factor-off": "Die Anmeldung mit zweitem Faktor ist aus.",
      "passkey-kept": "Der Passkey ist gespeichert. Ab jetzt können Sie sich damit anmelden.",
      "passkey-removed": "Der Passkey gilt nicht mehr.",
      ended: "Dieser Browser ist abgemeldet.",
    },
    removeNamed: (name: string) => `${name} entfernen`,
  },
};
