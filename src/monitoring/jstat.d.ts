declare module "jstat" {
  export const jStat: { chisquare: { cdf(x: number, degreesOfFreedom: number): number } };
}
