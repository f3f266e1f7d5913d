/** Protected traits of the audit table: fairness is measured by them, and a model's features are held against them. Read beside a model, never by one. */
export const auditedTraits = [
  "sex_of_head",
  "region_code",
  "settlement",
  "disability",
  "family_type",
  "household_size",
  "contact_language",
] as const;
