// The cases that scripts with responding endpoints must reach, and how often at least.

export const TIMED_FLOORS = {
  near: 200,
  far: 100,
  slow: 100,
  'too slow': 100,
  forgotten: 30,
  changing: 100,
  silent: 30,
  suspect: 100,
  'suspect no longer': 20,
  refused: 20,
  'answered before a stall': 200,
  'answered after a stall': 100,
  'late: no longer a suspect': 50,
  'late: still a suspect': 30,
  'late: the third in a row': 30,
  'late: recognized before, or forgotten': 30,
  'forgotten: too old': 20,
  'forgotten: too many': 20,
  'drew an id in use': 20,
} as const

export type TimedCase = keyof typeof TIMED_FLOORS
