// The cases that the scripts of the model test must reach, and how often at least in one run of the
// suite. A run reaches about three times as many. If a case becomes rare, its generator is broken.

export type CommandName =
  | Evidence
  | 'respondedLate'
  | `claim ${'id' | 'address'}`
  | 'own id'
  | 'outage'
  | 'forget'
  | 'closest'
  | 'advance'
  | 'takeCheck'
  | 'outcome'
  | 'takeRefresh'
  | 'boundary'
  | 'restart'
  | 'restore'

export type Evidence = 'queried' | 'responded' | 'failed'
export type Outcome = 'answers' | 'fails' | 'other id' | 'never'
/** What is due at some instant. */
export type Due = 'questionable' | 'check' | 'refresh'
/** Ms after that instant. */
export type Offset = -1 | 0 | 1

export type AnswerCase =
  | 'added'
  | 'updated'
  | 'replaced'
  | 'waiting'
  | `refused ${'self' | 'address' | 'admission' | 'full'}`
  | 'failed'
  | 'dropped'
  | 'unknown'

/**
 * All changes of standing: time alone makes no member bad or good, and a response makes it good at
 * once.
 */
export type StandingCase =
  | `good to ${'questionable' | 'bad'}`
  | `questionable to ${'good' | 'bad'}`
  | 'bad to good'

export type Case =
  | `command ${CommandName}`
  | AnswerCase
  | StandingCase
  | 'late: one failure is taken back'
  | 'late: forgiven before'
  | 'late: a bad member is good again'
  | 'late: not a member'
  | 'one split'
  | 'splits at once'
  | 'bad replaced'
  | 'succession'
  | 'id moved'
  | 'address taken over'
  | `check of a ${'member' | 'candidate'}`
  | 'waits in place of one that answered'
  | 'unverified left out'
  | 'joins above a limit'
  | `above a limit, gives way ${'in its full bucket' | 'to one more'}`
  | 'bad one of its group gives way'
  | `check ${Outcome}`
  | `${Due} at ${Offset}`

export const FLOORS: Readonly<Record<Case, number>> = {
  'command queried': 500,
  'command responded': 900,
  'command failed': 300,
  'command respondedLate': 200,
  'command claim id': 120,
  'command claim address': 120,
  'command own id': 50,
  'command outage': 120,
  'command forget': 120,
  'command closest': 200,
  'command advance': 200,
  'command takeCheck': 300,
  'command outcome': 200,
  'command takeRefresh': 120,
  'command boundary': 300,
  'command restart': 50,
  'command restore': 60,
  added: 600,
  updated: 400,
  replaced: 40,
  waiting: 300,
  'refused self': 40,
  'refused address': 180,
  'refused admission': 60,
  'refused full': 120,
  failed: 400,
  dropped: 80,
  unknown: 200,
  'good to questionable': 400,
  'good to bad': 80,
  'questionable to good': 150,
  'questionable to bad': 70,
  'bad to good': 30,
  'late: one failure is taken back': 50,
  'late: forgiven before': 5,
  'late: a bad member is good again': 15,
  'late: not a member': 20,
  'one split': 80,
  'splits at once': 80,
  'bad replaced': 10,
  succession: 8,
  'id moved': 10,
  'address taken over': 15,
  'check of a member': 60,
  'check of a candidate': 60,
  'waits in place of one that answered': 5,
  'unverified left out': 20,
  'joins above a limit': 40,
  'above a limit, gives way in its full bucket': 2,
  'above a limit, gives way to one more': 5,
  'bad one of its group gives way': 2,
  'check answers': 30,
  'check fails': 40,
  'check other id': 40,
  'check never': 40,
  'questionable at -1': 20,
  'questionable at 0': 20,
  'questionable at 1': 20,
  'check at -1': 15,
  'check at 0': 15,
  'check at 1': 20,
  'refresh at -1': 10,
  'refresh at 0': 10,
  'refresh at 1': 15,
}
