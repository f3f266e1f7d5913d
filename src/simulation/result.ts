import type { IsoDate } from "../domain/dates.ts";
import type { Sentences } from "../domain/languages.ts";
import type { Change } from "./change.ts";

/** A programme, or `any_money` for all that pay by the month, in one part of the register. Families "may be entitled" by registers; `unknown`: not known. */
export interface Reached {
  families_today: number;
  families_changed: number;
  persons_today: number;
  persons_changed: number;
  /** Families of both today's and the changed programme. */
  both_families: number;
  gained_families: number;
  /** Of today's, those whom registers rule out of the changed programme, and those of whom it is no longer known. */
  lost_families: number;
  no_longer_known_families: number;
  gained_persons: number;
  lost_persons: number;
  /** Families whose sum is more than today's, and less. */
  raised_families: number;
  lowered_families: number;
  unknown_today: number;
  unknown_changed: number;
  /** Sums as granted, of a month or of a single payment. */
  sum_today_lcu: number;
  sum_changed_lcu: number;
  /** Families below today's line before any assistance, and those of them that are reached. */
  poor_families: number;
  poor_reached_today: number;
  poor_reached_changed: number;
  /** Families reached whose income is known and not below that line. */
  not_poor_reached_today: number;
  not_poor_reached_changed: number;
}

/** Foster, Greer and Thorbecke's measures over persons: share of the poor, mean gap and mean squared gap in shares of the line. */
export interface Poverty {
  fgt0: number;
  fgt1: number;
  fgt2: number;
  poor_persons: number;
}

/** Before any assistance, with today's, and with the changed one, all of it taken up. */
export type Three<T> = Record<"before" | "today" | "changed", T>;

/** A part of the register: everybody (`all`), a region, a group, or a district. */
export interface Part {
  part: string;
  value: string;
  families: number;
  persons: number;
  /** Persons whose family's income and line are known; poverty is of these. */
  persons_with_income: number;
  programmes: Record<string, Reached>;
  /** By today's poverty line, and by the subsistence minimum. */
  poverty: Three<{ by_line: Poverty; by_minimum: Poverty }>;
  /** Where households were drawn: standard errors of the totals above, by programme and figure. */
  standard_errors?: Record<string, Record<string, number>>;
  /** The same of shares: errors of exclusion and inclusion by programme, and the measures of poverty. */
  rate_errors?: {
    programmes: Record<string, RateErrors>;
    poverty: Three<Record<"by_line" | "by_minimum", Record<"fgt0" | "fgt1" | "fgt2", number>>>;
  };
}

/** Standard errors of the share of poor families not reached, and of reached families not poor. */
export type RateErrors = Record<"exclusion_today" | "exclusion_changed" | "inclusion_today" | "inclusion_changed", number>;

/** Of each further unit of income how much assistance is taken back: shares, over families of a band of income to today's line. */
export interface MarginalBand {
  /** Income as a share of the line, from and below. */
  from: number;
  below: number | null;
  families: number;
  mean_today: number;
  mean_changed: number;
  over_today: Record<"0.6" | "0.8" | "1", number>;
  over_changed: Record<"0.6" | "0.8" | "1", number>;
  /** Where households were drawn: standard errors of the two means. */
  errors?: { mean_today: number; mean_changed: number };
}

/** Lists of visits cut anew with the changed rules and policy. */
export interface ListChange {
  run_id: string;
  /** Whether features and scores were made again too, since a value that they rest on is changed. */
  is_remade: boolean;
  listed_today: number;
  listed_changed: number;
  entered: number;
  left: number;
  by_region: { region: string; today: number; changed: number; entered: number; left: number }[];
  by_tier: { tier: string; today: number; changed: number; entered: number; left: number }[];
}

/** One day of a simulation. */
export interface SimulatedDay {
  as_of: IsoDate;
  income_quarter: string;
  households: number;
  /** Households worked on: all of them, or those drawn. */
  sampled: number;
  parts: Part[];
  /** Of income per head over persons, income known. */
  gini: Three<number>;
  /** Where households were drawn. */
  gini_errors?: Three<number>;
  income_step_lcu: number;
  marginal: MarginalBand[];
  lists: ListChange | { not_made: string };
}

/** What a change would do, beside today. */
export type Simulation = {
  simulation_id: string;
  name: string;
  question: string;
  change: Change;
  sample: number;
  /** The last load that counted. */
  snapshot: number;
  currency: string;
  programmes: { code: string; name: Sentences; period: "month" | "once" | null }[];
  /** By two digits of KATO, and districts by four. */
  regions: Record<string, Sentences>;
  days: SimulatedDay[];
};
