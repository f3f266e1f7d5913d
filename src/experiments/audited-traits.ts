/** Protected traits that fairness is measured by, and that a model's features are held against: read beside a model, never by one. */
export const auditedTraits = [
  "sex_of_head",
  "region_code",
  "settlement",
  "disability",
  "family_type",
  "household_size",
  "contact_language",
] as const;
