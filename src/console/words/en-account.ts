/** What one's account says of how one signs in. */
export const enAccount = {
  security: {
    factor: "Two-factor sign-in",
    isOn: "It is on: after your password, a code of your authenticator app is asked for.",
    about:
      "After your password, a code of an app on your phone is asked for. Who finds out the password alone does not get in.",
    noPassword: "You sign in with a provider: its second factor is the one that counts.",
    setUp: "Set it up",
    turnOn: "Turn it on",
    turnOff: "Turn it off",
    newCodes: "New backup codes",
    password: "Your password",
    wrongPassword: "That is not your password.",
    wrongCode: "That is not the code. Look at your app again, or begin anew.",
    isOnAlready: "It is on already.",
    scan: "Add it to your app",
    scanAbout: "Scan the picture with an authenticator app.",
    picture: "QR code for an authenticator app",
    orType: "Or type this into the app:",
    codes: "Keep the backup codes",
    codesAbout:
      "Each of them works once in place of a code, should the phone be lost. Keep them apart from it: they are not shown again.",
    confirm: "Type the first code",
    code: "Code of the app",
    beginAnew: "Begin anew",
    passkeys: "Passkeys",
    passkeysAbout:
      "A passkey signs you in by your device, with your finger, face or PIN, and without a password or code.",
    passkeyName: "Name of the device",
    add: "Add a passkey",
    remove: "Remove",
    unnamed: "Passkey",
    noneMade:
      "The device made no passkey. Try again; if you signed in more than a day ago, sign in again first.",
    notKept: "That passkey was not kept. Try again.",
    back: "Back to your account",
    endOne: "Sign out there",
    done: {
      "factor-on": "Two-factor sign-in is on. From now on a code is asked for after your password.",
      "factor-off": "Two-factor sign-in is off.",
      "passkey-kept": "The passkey is kept. You can sign in with it from now on.",
      "passkey-removed": "The passkey does not work any more.",
      ended: "That browser is signed out.",
    },
    removeNamed: (name: string) => `Remove ${name}`,
  },
};

export type AccountWords = typeof enAccount;
