import type { IsoDate } from "../domain/dates.ts";
import type { Language, Sentences } from "../domain/languages.ts";
import type { baselineNames } from "../experiments/baselines.ts";
import { formatMessage } from "../rules/message.ts";

/** What words and numbers of a report are made with. A share is in [0, 1]; null is said as a dash. */
export interface Speaker {
  language: Language;
  say(message: Sentences, values?: Readonly<Record<string, string | number>>): string;
  /** 0.123 as 12.3 %. */
  percent(share: number | null | undefined): string;
  /** 0.123 as 12.3: how many of 100. */
  of100(share: number | null | undefined): string;
  /** The same of an interval: 10.1–14.5. */
  range100(interval: readonly [number, number] | null | undefined): string;
  count(value: number): string;
  number(value: number | null | undefined, digits: number): string;
  day(date: IsoDate): string;
  /** A model's name, or that of a simple ranking in words. */
  model(name: string): string;
}

const rankings = {
  lowest_income_first: { kk: "алдымен табысы ең төмендер", ru: "сначала самый низкий доход", en: "lowest income first" },
  need: { kk: "қазіргі мұқтаждығы бойынша", ru: "по нужде сейчас", en: "by need now" },
  rules: { kk: "ережелер", ru: "правила", en: "rules" },
  area_rate: { kk: "ауданның кедейлігі бойынша", ru: "по бедности района", en: "by the district's poverty" },
} as const satisfies Record<(typeof baselineNames)[number], Sentences>;

const withAreaRates: Sentences = { kk: "{name} + аудан көрсеткіштері", ru: "{name} + показатели района", en: "{name} + area rates" };
const areaRates = " + area rates";

export const speakerWords = { ...rankings, withAreaRates };

export function speakerOf(language: Language): Speaker {
  const decimals = (digits: number) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const [one, whole] = [decimals(1), decimals(0)];
  const days = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  const of100 = (share: number | null | undefined) => (share == null ? "–" : one.format(roundedToZero(100 * share)).replace("-", "−"));
  const say: Speaker["say"] = (message, values = {}) => formatMessage(message[language], language, values);
  return {
    language,
    say,
    of100,
    percent: (share) => (share == null ? "–" : `${of100(share)} %`),
    range100: (interval) => (interval == null ? "–" : [of100(interval[0]), of100(interval[1])].join(interval[0] < 0 ? " … " : "–")),
    count: (value) => whole.format(value),
    number: (value, digits) => (value == null ? "–" : decimals(digits).format(value)),
    day: (date) => days.format(new Date(`${date}T00:00:00Z`)),
    model(name) {
      if (name in rankings) return rankings[name as keyof typeof rankings][language];
      return name.endsWith(areaRates) ? say(withAreaRates, { name: name.slice(0, -areaRates.length) }) : name;
    },
  };
}

/** No minus before a zero. */
function roundedToZero(value: number): number {
  return Math.abs(value) < 0.05 ? 0 : value;
}
