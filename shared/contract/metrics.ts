/** CloudWatch namespace of every metric. */
export const metricNamespace = "Tidepost";

/** Names of metrics, shared by the code that emits them and the alarms that watch them. */
export const metricNames = {
  eventsAccepted: "EventsAccepted",
  eventsRejected: "EventsRejected",
  documentsIgnored: "DocumentsIgnored",
  eventsRead: "EventsRead",
  eventsUnrouted: "EventsUnrouted",
  recordsQuarantined: "RecordsQuarantined",
  batchesFormed: "BatchesFormed",
  batchAge: "BatchAge",
  windowsFailed: "WindowsFailed",
  windowsStopped: "WindowsStopped",
  attemptsDelivered: "AttemptsDelivered",
  attemptsFailed: "AttemptsFailed",
  attemptDuration: "AttemptDuration",
  turnWait: "TurnWait",
  batchesParked: "BatchesParked",
  batchesSplit: "BatchesSplit",
  breakersOpened: "BreakersOpened",
  breakersClosed: "BreakersClosed",
  batchesExpired: "BatchesExpired",
  eventsExpired: "EventsExpired",
  bodiesNotKept: "BodiesNotKept",
  recordsNotWritten: "RecordsNotWritten",
} as const;

export type MetricName = (typeof metricNames)[keyof typeof metricNames];
