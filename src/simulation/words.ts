import type { Sentences } from "../domain/languages.ts";

export const anyMoneyName: Sentences = {
  kk: "Ай сайынғы төлемдердің кез келгені",
  ru: "Любая ежемесячная выплата",
  en: "Any monthly payment",
};
