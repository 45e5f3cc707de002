// What scripts for a whole core have to live through, and how often at least: each command with its
// outcomes, each reaction to a question, each deadline from both sides, each age of a token.

type Methods = 'ping' | 'find_node' | 'get_peers' | 'announce_peer'
type Offset = -1 | 0 | 1
type Deadline = 'next wake' | 'stall' | 'expiry' | 'quiet' | 'peer' | 'token' | 'due'

type Reaction =
  | 'valid'
  | 'other id'
  | 'our id'
  | 'error'
  | 'garbage'
  | 'other address'
  | 'other transaction'
  | 'same-transaction query'
  | 'late'

export type Case =
  | `query: ${Methods | 'unknown'}`
  | `query from: ${
      | 'fresh'
      | 'neighbour'
      | 'member'
      | 'candidate'
      | 'same id'
      | 'same address'
      | 'own id'
      | 'own address'}`
  | `token: ${0 | 1 | 2} rotations old, ${'right' | 'wrong'} address`
  | `stored: ${'added' | 'renewed' | 'replaced' | 'refused'}`
  | `garbage: ${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`
  | `from ${'port 0' | 'another family'}`
  | `reaction: ${Reaction}`
  | `reaction to ${Methods}`
  | 'honest answer'
  | 'answer after a stall'
  | 'answer after its time, before a wake'
  | `lies in ${'dht256' | 'mainline'}`
  | `undeliverable: ${'open' | 'nothing'}`
  | `wish: ${
      | 'lookup'
      | 'closest'
      | 'enter'
      | 'join'
      | 'ping'
      | 'find-node'
      | 'find-value'
      | 'store'}`
  | `settle: ${'answered' | 'busy' | 'cancelled' | 'found' | 'joined' | 'refused' | 'withdrawn'}`
  | `failed: ${'protocol' | 'refused' | 'timeout' | 'unreachable'}`
  | 'held'
  | 'found'
  | `cancel: ${'open' | 'held' | 'other'}`
  | `delete: ${'entered' | 'unknown'}`
  | 'bootstrap'
  | `restore: ${'some' | 'none'}`
  | `round: ${'complete' | 'incomplete'}`
  | `trace: ${
      | 'contact-added'
      | 'contact-replaced'
      | 'joined'
      | 'joining'
      | 'published'
      | 'refreshing'
      | 'stored'}`
  | `advance: ${'punctual' | 'late' | 'asleep'}`
  | 'clock set back'
  | `${Deadline} at ${Offset}`

/** Half of what scripts of the usual budget come to, or less. */
export const FLOORS: Readonly<Record<Case, number>> = {
  'query: ping': 7,
  'query: find_node': 6,
  'query: get_peers': 13,
  'query: announce_peer': 6,
  'query: unknown': 7,
  'query from: fresh': 7,
  'query from: neighbour': 9,
  'query from: member': 7,
  'query from: candidate': 4,
  'query from: same id': 3,
  'query from: same address': 2,
  'query from: own id': 1,
  'query from: own address': 2,
  'token: 0 rotations old, right address': 1,
  'token: 0 rotations old, wrong address': 1,
  'token: 1 rotations old, right address': 1,
  'token: 1 rotations old, wrong address': 1,
  'token: 2 rotations old, right address': 8,
  'token: 2 rotations old, wrong address': 2,
  'stored: added': 15,
  'stored: renewed': 5,
  'stored: replaced': 7,
  'stored: refused': 1,
  'garbage: 0': 1,
  'garbage: 1': 1,
  'garbage: 2': 2,
  'garbage: 3': 2,
  'garbage: 4': 1,
  'garbage: 5': 2,
  'garbage: 6': 1,
  'garbage: 7': 1,
  'from port 0': 4,
  'from another family': 1,
  'reaction: valid': 26,
  'reaction: other id': 5,
  'reaction: our id': 7,
  'reaction: error': 6,
  'reaction: garbage': 4,
  'reaction: other address': 6,
  'reaction: other transaction': 5,
  'reaction: same-transaction query': 6,
  'reaction: late': 3,
  'reaction to ping': 13,
  'reaction to find_node': 40,
  'reaction to get_peers': 13,
  'reaction to announce_peer': 1,
  'honest answer': 86,
  'answer after a stall': 4,
  'answer after its time, before a wake': 17,
  'lies in dht256': 23,
  'lies in mainline': 6,
  'undeliverable: open': 10,
  'undeliverable: nothing': 3,
  'wish: lookup': 27,
  'wish: closest': 4,
  'wish: enter': 10,
  'wish: join': 24,
  'wish: ping': 4,
  'wish: find-node': 3,
  'wish: find-value': 6,
  'wish: store': 2,
  'settle: answered': 3,
  'settle: busy': 10,
  'settle: cancelled': 8,
  'settle: found': 19,
  'settle: joined': 10,
  'settle: refused': 1,
  'settle: withdrawn': 4,
  'failed: protocol': 1,
  'failed: refused': 1,
  'failed: timeout': 4,
  'failed: unreachable': 1,
  held: 6,
  found: 16,
  'cancel: open': 8,
  'cancel: held': 1,
  'cancel: other': 11,
  'delete: entered': 2,
  'delete: unknown': 10,
  bootstrap: 28,
  'restore: some': 5,
  'restore: none': 1,
  'round: complete': 1,
  'round: incomplete': 9,
  'trace: contact-added': 42,
  'trace: contact-replaced': 1,
  'trace: joined': 17,
  'trace: joining': 25,
  'trace: published': 11,
  'trace: refreshing': 16,
  'trace: stored': 15,
  'advance: punctual': 5,
  'advance: late': 5,
  'advance: asleep': 3,
  'clock set back': 4,
  'next wake at -1': 1,
  'next wake at 0': 1,
  'next wake at 1': 2,
  'stall at -1': 2,
  'stall at 0': 4,
  'stall at 1': 2,
  'expiry at -1': 3,
  'expiry at 0': 3,
  'expiry at 1': 1,
  'quiet at -1': 1,
  'quiet at 0': 3,
  'quiet at 1': 2,
  'peer at -1': 1,
  'peer at 0': 1,
  'peer at 1': 1,
  'token at -1': 4,
  'token at 0': 4,
  'token at 1': 3,
  'due at -1': 1,
  'due at 0': 1,
  'due at 1': 1,
}

/** The same scripts in networks of real size: what their ids make different. */
export const FLOORS_AT_SCALE: Readonly<Partial<Record<Case, number>>> = {
  'honest answer': 10,
  'trace: contact-added': 8,
  'trace: contact-replaced': 1,
  'trace: joined': 2,
  'trace: refreshing': 5,
  'trace: published': 2,
  'settle: found': 6,
  found: 2,
}
