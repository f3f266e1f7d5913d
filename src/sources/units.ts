/** Units a source may give a number in, with the factor that brings it to the contract's unit. */
export const unitFactors = {
  lcu: "1",
  thousand: "1000",
  million: "1000000",
  tiyn: "0.01",
  percent: "0.01",
  hectare: "10000",
  sotka: "100",
} as const;

export type Unit = keyof typeof unitFactors;
export const units = Object.keys(unitFactors) as [Unit, ...Unit[]];
