// What scripts for a few cores that talk to one another have to live through, and how often.

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
  'wish: lookup': 3,
  'wish: closest': 2,
  'wish: enter': 6,
  'wish: bootstrap': 6,
  'wish: ping': 1,
  'wish: find-value': 1,
  'wish: store': 3,
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
