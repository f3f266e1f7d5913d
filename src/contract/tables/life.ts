import { areaCode, count, date, flag, householdId, measure, month, oneOf, personId, text, timestamp } from "../column.ts";
import { table } from "../table.ts";

export const schooling = table({
  name: "schooling",
  grain: "schooling of a person and month",
  key: ["person_id", "month"],
  period: "month",
  columns: {
    person_id: personId(),
    month: month(),
    enrolled: flag("enrolled in a kindergarten, school or college"),
    attendance_rate: measure("share of lessons attended", 0, 1, { unit: "share" }).nullable(),
    performance: oneOf(["poor", "satisfactory", "good", "excellent"], "results at school").nullable(),
  },
});

export const health = table({
  name: "health",
  grain: "a person's state in the health register; a new row on change",
  key: ["person_id"],
  columns: {
    person_id: personId(),
    attached_to_clinic: flag("attached to a clinic").nullable(),
    insured: flag("insured").nullable(),
    last_checkup_on: date("last regular check-up").nullable(),
    vaccinations_complete: flag("vaccinations complete for the age").nullable(),
    chronic: flag("chronic disease").nullable(),
    dispensary: flag("on a dispensary register").nullable(),
  },
});

export const lifeEvent = table({
  name: "life_event",
  grain: "an event in the life of a household",
  key: ["household_id", "event_id"],
  period: "happened_on",
  columns: {
    household_id: householdId(),
    event_id: text("number of the event in its register"),
    person_id: personId().nullable(),
    kind: oneOf(
      ["job_loss", "birth", "death_of_earner", "divorce", "disability", "eviction", "illness", "release", "violence_report", "migration"],
      "kind of event",
    ),
    happened_on: date("day it happened"),
    ended_on: date("day it ended, for events that last").nullable(),
  },
  ordered: [["happened_on", "ended_on"]],
});

export const emergency = table({
  name: "emergency",
  grain: "an emergency in an area",
  key: ["emergency_id", "area_code"],
  period: "started_on",
  columns: {
    emergency_id: text("number of the emergency"),
    area_code: areaCode("KATO code of the area struck"),
    kind: oneOf(["flood", "fire", "earthquake", "industrial", "drought", "epidemic", "frost"], "kind of emergency"),
    started_on: date("first day"),
    ended_on: date("last day").nullable(),
    severity: count("1 local, 2 regional, 3 national", 1, 3).nullable(),
  },
  ordered: [["started_on", "ended_on"]],
});

export const communitySignal = table({
  name: "community_signal",
  grain: "a signal from an organisation about a household or an area",
  key: ["signal_id"],
  period: "happened_on",
  columns: {
    signal_id: text("number of the signal"),
    household_id: householdId().nullable(),
    area_code: areaCode(),
    organisation: text("who sent it"),
    topic: oneOf(["food", "housing", "violence", "health", "education", "disability", "income", "other"], "what it is about"),
    urgency: oneOf(["low", "normal", "urgent"], "how urgent the sender thinks it is"),
    verified: flag("confirmed by a worker"),
    happened_on: date("day of the signal"),
  },
});

const refusal = "refusing, not answering or withdrawing consent must cost nothing";

export const consent = table({
  name: "consent",
  grain: "an event of a person's consent to a scope",
  key: ["person_id", "scope", "at"],
  columns: {
    person_id: personId(),
    scope: oneOf(["bank", "expenditure"], "what the consent is for"),
    at: timestamp("when the person was asked, answered or withdrew, local time"),
    state: oneOf(["asked", "given", "refused", "no_answer", "withdrawn"], "state of the consent from then on", { forbidden: refusal }),
    channel: oneOf(["sms_1414", "portal", "visit", "office"], "how it was given", { forbidden: refusal }).nullable(),
    text_version: text("version of the text the person saw", { forbidden: refusal }).nullable(),
  },
});

export const observation = table({
  name: "observation",
  grain: "a number that a register not named above says of a household or person on a date",
  key: ["household_id", "person_id", "name", "observed_on"],
  period: "observed_on",
  oneKnown: [["household_id", "person_id"]],
  columns: {
    household_id: householdId().nullable(),
    person_id: personId().nullable(),
    name: text("what is observed; its source declares how it becomes features"),
    observed_on: date("date the value speaks of"),
    value: measure("the value", -1e15, 1e15),
  },
});
