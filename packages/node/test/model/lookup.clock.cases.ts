// The cases that lookups among responding hosts must reach, and how often at least.

export const TIMED_FLOORS = {
  near: 200,
  far: 150,
  slow: 150,
  'too slow': 100,
  forgotten: 30,
  changing: 200,
  silent: 40,
  suspect: 50,
  'answered before a stall': 500,
  'answered after a stall': 200,
  'answered after the end': 20,
  'answered after it was given up': 50,
  'given up': 100,
  'a suspect stalls': 20,
  'waits for the stalled only': 100,
  'found: a slow host': 100,
  'found: a changing host': 50,
  'found: after a stall': 100,
  'not found: slower than the time to give up': 50,
} as const

export type TimedCase = keyof typeof TIMED_FLOORS
