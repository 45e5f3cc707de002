// What the model of a core announces.

/** What is announced under a target. */
export interface AnnouncedModel {
  readonly target: bigint
  readonly port: number
  /** The UDP port is stored instead. */
  readonly impliedPort: boolean
  readonly seed: boolean
}
