/** Traits that no feature may depend on, as beginnings of words by which a source may name them: English, Russian, Kazakh. */
const stems: Readonly<Record<string, readonly string[]>> = {
  nationality: [
    "nationalit",
    "natsionalnost",
    "nacionalnost",
    "ult",
    "ulty",
    "ethnic",
    "etnic",
    "etnos",
    "race",
    "racial",
    "национальн",
    "этни",
    "ұлт",
    "ұлты",
  ],
  religion: ["religi", "faith", "confession", "konfessi", "veroispoved", "vera", "din", "dini", "религи", "вера", "вероисп", "дін", "діни"],
  language: ["language", "yazyk", "iazyk", "jazyk", "til", "tili", "tongue", "язык", "тіл", "тілі"],
  "political views": ["politic", "politik", "party", "parti", "partiya", "saiasi", "политич", "партия", "саяси"],
  appearance: ["appearance", "vneshnost", "skin", "face", "photo", "внешност"],
  sex: ["sex", "gender", "pol", "zhynys", "jynys", "пол", "жыныс"],
};
/** Short words count as whole words only, so that `ultrasound` or `dinner` are free. */
const wholeWordsUpTo = 5;

/** The trait that a name speaks of and no feature may depend on, or undefined. */
export function forbiddenTrait(name: string): string | undefined {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u);
  const speaks = (stem: string) => words.some((word) => (stem.length <= wholeWordsUpTo ? word === stem : word.startsWith(stem)));
  return Object.entries(stems).find(([, each]) => each.some(speaks))?.[0];
}
