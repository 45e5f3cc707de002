// The cases that scripts for a few connected cores have to reach, and how often.

export const FLOORS = {
  'query delivered': 159,
  'response delivered': 128,
  'delivered twice': 2,
  'delivered out of order': 7,
  'delivered late': 19,
  lost: 1,
  undeliverable: 1,
  'announced with its own token': 4,
  'answered with contacts': 55,
  'answered with peers': 1,
  'request: lookup': 3,
  'request: closest': 2,
  'request: enter': 6,
  'request: bootstrap': 6,
  'request: ping': 1,
  'request: find-value': 1,
  'request: store': 3,
  'settle: withdrawn': 1,
  'trace: joined': 9,
  'trace: refreshing': 17,
  'stored: added': 3,
  'stored: renewed': 1,
  'round: complete': 3,
  'settle: found': 4,
  found: 1,
  'several are due at once': 11,
} as const

export type Case = keyof typeof FLOORS
