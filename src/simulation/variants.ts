/** Sentences of a condition whose limit is where a tapered sum ends. */
export const taperTexts = {
  met: {
    kk: "Табыс бір адамға айына {value, number, integer} {currency}, көмек {threshold, number, integer} {currency} табысқа дейін біртіндеп азаяды",
    ru: "Доход {value, number, integer} {currency} на человека в месяц, помощь убывает постепенно до дохода {threshold, number, integer} {currency}",
    en: "Income is {value, number, integer} {currency} a member and month; assistance falls gradually up to an income of {threshold, number, integer} {currency}",
  },
  unmet: {
    kk: "Табыс бір адамға айына {value, number, integer} {currency}, біртіндеп азаятын көмек {threshold, number, integer} {currency} табыста аяқталады",
    ru: "Доход {value, number, integer} {currency} на человека в месяц, постепенно убывающая помощь кончается на доходе {threshold, number, integer} {currency}",
    en: "Income is {value, number, integer} {currency} a member and month; assistance that falls gradually ends at an income of {threshold, number, integer} {currency}",
  },
};

/** Sentences of a condition whose line is the family's minimum standard of spending. */
export const expenditureLineTexts = {
  met: {
    kk: "Табыс бір адамға айына {value, number, integer} {currency}, бұл отбасының ең төменгі шығын стандартынан ({threshold, number, integer} {currency}) {difference, number, integer} {currency} төмен",
    ru: "Доход {value, number, integer} {currency} на человека в месяц, это на {difference, number, integer} {currency} ниже минимального стандарта расходов семьи ({threshold, number, integer} {currency})",
    en: "Income is {value, number, integer} {currency} a member and month, {difference, number, integer} {currency} below the family's minimum standard of spending of {threshold, number, integer} {currency}",
  },
  unmet: {
    kk: "Табыс бір адамға айына {value, number, integer} {currency}, бұл отбасының ең төменгі шығын стандартынан ({threshold, number, integer} {currency}) төмен емес",
    ru: "Доход {value, number, integer} {currency} на человека в месяц, это не ниже минимального стандарта расходов семьи ({threshold, number, integer} {currency})",
    en: "Income is {value, number, integer} {currency} a member and month, not below the family's minimum standard of spending of {threshold, number, integer} {currency}",
  },
  unknown: {
    kk: "Тоқсандағы табыс немесе отбасының шығын стандарты белгісіз",
    ru: "Доход за квартал или стандарт расходов семьи неизвестен",
    en: "The quarter's income, or the family's standard of spending, is not known",
  },
};

/** A programme that pays what the housing part of the standard costs above a share of income; as models/programmes would have it. */
export function housingAllowance(share: number): Record<string, unknown> {
  return {
    name: { kk: "Тұрғын үй жәрдемақысы (сценарий)", ru: "Жилищное пособие (сценарий)", en: "Housing allowance (scenario)" },
    kind: "money",
    in_force: { "2018-01-01": true },
    reference: "a scenario, not law",
    papers: [{ kk: "Сценарий, құжат қажет емес", ru: "Сценарий, документы не нужны", en: "A scenario: no papers" }],
    amount: `(housing_standard_lcu - income_lcu * ${share}) / 3`,
    rounding: "up",
    period: "month",
    conditions: [
      {
        id: "housing_burden",
        value: "income_lcu",
        relation: "below",
        threshold: `housing_standard_lcu / ${share}`,
        shown_per: "members * 3",
        unit: "lcu",
        register: "income",
        reference: "a scenario, not law",
        met: {
          kk: "Табыс бір адамға айына {value, number, integer} {currency}, тұрғын үй стандарты оның шекті үлесінен артық",
          ru: "Доход {value, number, integer} {currency} на человека в месяц, стандарт расходов на жильё больше допустимой доли дохода",
          en: "Income is {value, number, integer} {currency} a member and month; the standard of housing costs is more than the bearable share of it",
        },
        unmet: {
          kk: "Табыс бір адамға айына {value, number, integer} {currency}, тұрғын үй стандарты оның шекті үлесінен аспайды",
          ru: "Доход {value, number, integer} {currency} на человека в месяц, стандарт расходов на жильё не больше допустимой доли дохода",
          en: "Income is {value, number, integer} {currency} a member and month; the standard of housing costs is no more than the bearable share of it",
        },
        unknown: {
          kk: "Тоқсандағы табыс немесе тұрғын үй стандарты белгісіз",
          ru: "Доход за квартал или стандарт расходов на жильё неизвестен",
          en: "The quarter's income, or the standard of housing costs, is not known",
        },
      },
    ],
  };
}
