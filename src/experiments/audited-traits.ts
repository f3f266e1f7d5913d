/** Protected traits that models are held against: read beside a model, never by one. */
export const auditedTraits = ["sex_of_head", "contact_language", "disability", "settlement", "family_type"] as const;
