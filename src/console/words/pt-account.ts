import type { AccountWords } from "./en-account.ts";

export const ptAccount: AccountWords = {
  security: {
    factor: "Entrada em dois fatores",
    isOn: "Está ligada: depois da senha, é pedido um código do seu aplicativo autenticador.",
    about:
      "Depois da senha, é pedido um código de um aplicativo no seu telefone. Quem descobrir só a senha não entra.",
    noPassword: "Você entra por um provedor: vale o segundo fator dele.",
    setUp: "Configurar",
    turnOn: "Ligar",
    turnOff: "Desligar",
    newCodes: "Novos códigos de reserva",
    password: "Sua senha",
    wrongPassword: "Essa não é a sua senha.",
    wrongCode: "Esse não é o código. Veja o aplicativo de novo ou recomece.",
    isOnAlready: "Já está ligada.",
    scan: "Adicione ao aplicativo",
    scanAbout: "Leia a imagem com um aplicativo autenticador.",
    picture: "Código QR para um aplicativo autenticador",
    orType: "Ou digite isto no aplicativo:",
    codes: "Guarde os códigos de reserva",
    codesAbout:
      "Cada um vale uma vez no lugar de um código, caso o telefone se perca. Guarde-os longe dele: não são mostrados de novo.",
    confirm: "Digite o primeiro código",
    code: "Código do aplicativo",
    beginAnew: "Recomeçar",
    passkeys: "Chaves de acesso",
    passkeysAbout:
      "Uma chave de acesso permite entrar com o aparelho, por dedo, rosto ou PIN, sem senha nem código.",
    passkeyName: "Nome do aparelho",
    add: "Adicionar chave de acesso",
    remove: "Remover",
    unnamed: "Chave de acesso",
    noneMade:
      "O aparelho não criou uma chave de acesso. Tente de novo; se você entrou há mais de um dia, entre outra vez primeiro.",
    notKept: "Essa chave de acesso não foi guardada. Tente de novo.",
    back: "Voltar à sua conta",
    endOne: "Sair lá",
    done: {
      "factor-on":
        "A entrada em dois fatores está ligada. A partir de agora é pedido um código depois da senha.",
      "factor-off": "A entrada em dois fatores está desligada.",
      "passkey-kept": "A chave de acesso está guardada. A partir de agora você pode entrar com ela.",
      "passkey-removed": "A chave de acesso não vale mais.",
      ended: "Esse navegador saiu.",
    },
    removeNamed: (name: string) => `Remover ${name}`,
  },
};
