// Exports of `@dht/sim`.

export { ADVERSARIES } from './adversaries/adversaries.ts'
export type { Adversary } from './adversaries/adversary.ts'
export { Chance } from './chance.ts'
export { Churn, type ChurnOptions } from './churn/churn.ts'
export { type FlashCrowdOptions, flashCrowd } from './churn/flash-crowd.ts'
export {
  exponentialSessions,
  givenSessions,
  type Sessions,
  sessionsOfMedian,
  weibullSessions,
} from './churn/sessions.ts'
export { SimError, type SimErrorCode } from './errors.ts'
export { CoreProcess, type OperationObserver, type Request } from './host/core-process.ts'
export type { Disk } from './host/disk.ts'
export type { Host, HostState } from './host/host.ts'
export type { HostClock, HostClockOptions } from './host/host-clock.ts'
export type { HostOptions } from './host/host-options.ts'
export type { StartOptions } from './host/node-start.ts'
export { NO_EFFECTS, type Process, type Socket } from './host/process.ts'
export { SharedContacts } from './host/shared-contacts.ts'
export { allInvariants } from './invariants/all-invariants.ts'
export type { Checker, Violation } from './invariants/checker.ts'
export type { CoreStep } from './invariants/core-step.ts'
export type { Finding, Invariant } from './invariants/invariant.ts'
export { InvariantChecker, type InvariantCheckerOptions } from './invariants/invariant-checker.ts'
export { quiesce } from './invariants/rest.ts'
export { Gateway, type GatewayKind, type GatewayOptions } from './network/gateway.ts'
export { clusteredLatency } from './network/latency/clustered-latency.ts'
export { LATENCIES, type LatencyName } from './network/latency/latencies.ts'
export {
  constantLatency,
  givenLatency,
  type Latency,
  type Place,
  planeLatency,
  uniformLatency,
} from './network/latency/latency.ts'
export { datagramLatency, pairLatency } from './network/latency/pair-latency.ts'
export { withSlowHosts } from './network/latency/slow-hosts.ts'
export type { PacketContent, UnencodedMessage } from './network/lazy-packet.ts'
export type { Interceptor, Network, Substitute, Traffic } from './network/network.ts'
export { type LinkConfig, type LinkOptions, NETWORK_DEFAULTS } from './network/network-options.ts'
export type { Pipe, PipeOptions } from './network/pipe.ts'
export { type Announcement, Announcements } from './oracle/announcements.ts'
export { LiveNodes } from './oracle/live-nodes.ts'
export { LookupLog, type LookupMeasure } from './oracle/lookup-log.ts'
export { Oracle } from './oracle/oracle.ts'
export { SortedIds } from './oracle/sorted-ids.ts'
export { type Survey, survey, type TableQuality } from './oracle/survey.ts'
export { WorldRecorder, type WorldRecorderOptions } from './recording/world-recorder.ts'
export type { BarPlot, Figure, Limit, Line, LinePlot, Plot, Report } from './reports/report.ts'
export { reportPage } from './reports/report-page.ts'
export { reportTable } from './reports/report-table.ts'
export type {
  Progress,
  Scenario,
  ScenarioObservers,
  ScenarioSettings,
} from './scenarios/scenario.ts'
export { SCENARIOS } from './scenarios/scenarios.ts'
export {
  type Action,
  keyId,
  type Script,
  type ScriptRequest,
  ScriptRun,
  simplerActions,
} from './script.ts'
export type { Faults } from './script-faults.ts'
export type { ItemAction } from './script-items.ts'
export { type ShrinkOptions, shrink } from './shrink.ts'
export { explainSwarm, type SwarmFailure, type SwarmFailureOptions } from './swarm/swarm-failure.ts'
export { runSwarm, type SwarmRun, type SwarmRunOptions } from './swarm/swarm-run.ts'
export { swarmScript } from './swarm/swarm-script.ts'
export { Transcript, type TranscriptOptions } from './transcript.ts'
export type { Watcher } from './watch.ts'
export { type GrowOptions, World, type WorldOptions } from './world.ts'
export type { HostChange as LifeChange, LossReason, Packet, WorldEvent } from './world-event.ts'
