// The cases that scripts for a whole core must reach, and how often at least: each command with its
// outcomes, each reaction to a query, each deadline in both families, each age of a token.

type Methods = 'ping' | 'find_node' | 'get_peers' | 'announce_peer' | 'withdraw_peer'
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
  | 'after expiry'

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
  | 'withdrawn'
  | 'leave'
  | `review: ${'changed' | 'the same'}`
  | `taken back: ${'withdraw_peer' | 'get_peers' | 'ended'}`
  | 'nothing to withdraw'
  | `stored: ${'added' | 'renewed' | 'refused' | 'a seed'}`
  | `scrape: ${'filters' | 'nothing'}`
  | `query: ${'get' | 'put' | 'sample_infohashes'}`
  | `item: ${'added' | 'replaced' | 'renewed' | 'conflict' | 'refused'}`
  | `item refused: ${202 | 203 | 206 | 301 | 302}`
  | `item told: ${'immutable' | 'mutable' | 'seq alone'}`
  | `samples: ${'some' | 'none'}`
  | `add-node${'' | ': with its id'}`
  | `added: ${'pinged' | 'good already' | 'waits'}`
  | 'without seeds'
  | `garbage: ${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`
  | `from ${'port 0' | 'another family'}`
  | `reaction: ${Reaction}`
  | `reaction to ${Methods | 'get' | 'put'}`
  | 'limited'
  | `own entry: ${'told' | 'kept back'}`
  | 'honest answer'
  | 'answer to the first sending after a stall'
  | 'answer to the second sending'
  | 'answer after its time, before a wake'
  | `lies in ${'dht256' | 'mainline'}`
  | `undeliverable: ${'open' | 'nothing'}`
  | `transport lost: ${'busy' | 'idle'}`
  | `transport reopened: ${'same' | 'other'} port`
  | `request: ${
      | 'lookup'
      | 'closest'
      | 'enter'
      | 'join'
      | 'ping'
      | 'find-node'
      | 'find-value'
      | 'store'
      | 'get'
      | 'put'}`
  | `returned: ${
      | 'nothing'
      | 'valid'
      | 'wrong signature'
      | 'other value'
      | 'other key'
      | 'seq alone'}`
  | `got: ${'nothing' | 'immutable' | 'mutable' | 'a newer version'}`
  | `put to: ${'IPv4' | 'IPv6'}`
  | `put: ${'with cas' | 'cas left out' | 'skipped' | 'stored already'}`
  | `put refused: ${301 | 302 | 203}`
  | `kept ${'at-once' | 'when-accepted'}: added`
  | `settle: ${
      | 'answered'
      | 'busy'
      | 'cancelled'
      | 'found'
      | 'joined'
      | 'put'
      | 'refused'
      | 'withdrawn'}`
  | `failed: ${'protocol' | 'not-sent' | 'timeout' | 'unreachable'}`
  | 'held'
  | 'found'
  | 'ended'
  | 'check'
  | 'sweep'
  | 'lookup: begun again'
  | 'settled early'
  | 'joined through few'
  | `mode: ${'first' | 'quick' | 'all'}`
  | `cancel: ${'open' | 'held' | 'settled' | 'other' | 'a question'}`
  | `delete: ${'entered' | 'unknown'}`
  | 'bootstrap'
  | 'bootstrap: names pending'
  | 'bootstrap while joining'
  | 'released before a family has joined'
  | `restore: ${'some' | 'none'}`
  | `round: ${'complete' | 'incomplete' | 'more to come'}`
  | `trace: ${
      | 'contact-added'
      | 'contact-replaced'
      | 'joined'
      | 'joining'
      | 'published'
      | 'refreshing'
      | 'stored'}`
  | `warning: ${'DHT_BOOTSTRAP_SILENT' | 'DHT_OWN_ID_ELSEWHERE'}`
  | `advance: ${'punctual' | 'late' | 'asleep'}`
  | 'clock set back'
  | `a node answers ${'soon' | 'late'}`
  | 'a lookup asks for nodes that answer soon'
  | `late: ${'taken back' | 'the third in a row'}`
  | `deadline: ${Deadline}`
  | `${Offset} ms off a deadline`

/** At most a third of what scripts of the usual budget reach. */
export const FLOORS: Readonly<Partial<Record<Case, number>>> = {
  'query: ping': 3,
  'query: find_node': 6,
  'query: get_peers': 8,
  'query: announce_peer': 5,
  'query: unknown': 5,
  'query from: fresh': 7,
  'query from: neighbour': 8,
  'query from: member': 7,
  'query from: candidate': 2,
  'query from: same id': 1,
  'query from: same address': 2,
  'query from: own id': 1,
  'query from: own address': 1,
  'token: 0 rotations old, right address': 18,
  'token: 0 rotations old, wrong address': 1,
  'token: 1 rotations old, right address': 1,
  'token: 1 rotations old, wrong address': 1,
  'token: 2 rotations old, right address': 3,
  'token: 2 rotations old, wrong address': 4,
  'stored: added': 9,
  'stored: renewed': 5,
  'stored: refused': 1,
  'stored: a seed': 1,
  'scrape: filters': 1,
  'scrape: nothing': 1,
  'without seeds': 1,
  'query: get': 20,
  'query: put': 10,
  'query: sample_infohashes': 5,
  'item: added': 3,
  'item: replaced': 1,
  'item: renewed': 1,
  'item: conflict': 1,
  'item: refused': 1,
  'item refused: 202': 1,
  'item refused: 203': 3,
  'item refused: 206': 1,
  'item refused: 301': 1,
  'item refused: 302': 1,
  'item told: immutable': 1,
  'item told: mutable': 1,
  'item told: seq alone': 1,
  'samples: some': 1,
  'samples: none': 1,
  'request: get': 10,
  'request: put': 10,
  'returned: nothing': 4,
  'returned: valid': 15,
  'returned: wrong signature': 5,
  'returned: other value': 5,
  'returned: other key': 5,
  'returned: seq alone': 5,
  'got: nothing': 5,
  'got: immutable': 2,
  'got: mutable': 3,
  'got: a newer version': 1,
  'put to: IPv4': 14,
  'put to: IPv6': 4,
  'put: with cas': 6,
  'put: cas left out': 1,
  'put: skipped': 1,
  'put: stored already': 1,
  'put refused: 301': 1,
  'put refused: 302': 1,
  'put refused: 203': 1,
  'kept at-once: added': 2,
  'kept when-accepted: added': 1,
  'settle: put': 8,
  'reaction to get': 2,
  'reaction to put': 1,
  'add-node': 3,
  'add-node: with its id': 3,
  'added: pinged': 3,
  'added: good already': 1,
  'added: waits': 1,
  withdrawn: 1,
  leave: 1,
  'review: the same': 1,
  'review: changed': 1,
  'taken back: withdraw_peer': 1,
  'taken back: ended': 1,
  'nothing to withdraw': 1,
  'own entry: told': 2,
  'garbage: 0': 1,
  'garbage: 1': 1,
  'garbage: 2': 1,
  'garbage: 3': 1,
  'garbage: 4': 1,
  'garbage: 5': 1,
  'garbage: 6': 1,
  'garbage: 7': 1,
  'from port 0': 2,
  'from another family': 1,
  'reaction: valid': 27,
  'reaction: other id': 7,
  'reaction: our id': 4,
  'reaction: error': 6,
  'reaction: garbage': 8,
  'reaction: other address': 5,
  'reaction: other transaction': 4,
  'reaction: same-transaction query': 6,
  'reaction: late': 7,
  'reaction: after expiry': 7,
  'reaction to ping': 20,
  'reaction to find_node': 30,
  'reaction to get_peers': 17,
  'reaction to announce_peer': 2,
  limited: 2,
  'honest answer': 52,
  'answer to the first sending after a stall': 1,
  'answer to the second sending': 3,
  'answer after its time, before a wake': 12,
  'lies in dht256': 19,
  'lies in mainline': 5,
  'undeliverable: open': 9,
  'undeliverable: nothing': 3,
  'transport lost: busy': 1,
  'transport lost: idle': 1,
  'transport reopened: same port': 1,
  'transport reopened: other port': 1,
  'request: lookup': 21,
  'request: closest': 2,
  'request: enter': 6,
  'request: join': 16,
  'request: ping': 9,
  'request: find-node': 4,
  'request: find-value': 9,
  'request: store': 4,
  'settle: answered': 7,
  'settle: busy': 5,
  'settle: cancelled': 11,
  'settle: found': 11,
  'settle: joined': 6,
  'settle: refused': 1,
  'settle: withdrawn': 1,
  'failed: protocol': 2,
  'failed: not-sent': 1,
  'failed: timeout': 4,
  'failed: unreachable': 5,
  held: 5,
  found: 5,
  ended: 1,
  'lookup: begun again': 0,
  'settled early': 2,
  'mode: first': 4,
  'mode: quick': 8,
  'mode: all': 4,
  'cancel: open': 9,
  'cancel: held': 1,
  check: 1,
  sweep: 1,
  'cancel: settled': 1,
  'cancel: other': 10,
  'cancel: a question': 5,
  'delete: entered': 1,
  'delete: unknown': 8,
  bootstrap: 24,
  'bootstrap: names pending': 8,
  'bootstrap while joining': 8,
  'released before a family has joined': 1,
  'restore: some': 5,
  'restore: none': 1,
  'round: complete': 1,
  'round: incomplete': 5,
  'round: more to come': 1,
  'trace: contact-added': 33,
  'trace: contact-replaced': 2,
  'trace: joined': 18,
  'trace: joining': 24,
  'trace: published': 5,
  'trace: refreshing': 12,
  'trace: stored': 9,
  'warning: DHT_BOOTSTRAP_SILENT': 3,
  'warning: DHT_OWN_ID_ELSEWHERE': 4,
  'advance: punctual': 6,
  'advance: late': 4,
  'advance: asleep': 5,
  'deadline: next wake': 2,
  'deadline: stall': 5,
  'deadline: expiry': 6,
  'deadline: quiet': 3,
  'deadline: peer': 5,
  'deadline: token': 8,
  'deadline: due': 2,
  '-1 ms off a deadline': 10,
  '0 ms off a deadline': 12,
  '1 ms off a deadline': 9,
  'clock set back': 3,
  'a node answers soon': 50,
  'a node answers late': 20,
  'a lookup asks for nodes that answer soon': 5,
  'late: taken back': 5,
  'late: the third in a row': 1,
}

/** The cases of the same scripts with ids of real size. */
export const FLOORS_AT_SCALE: Readonly<Partial<Record<Case, number>>> = {
  'honest answer': 10,
  'trace: contact-added': 8,
  'trace: joined': 2,
  'trace: refreshing': 5,
  'trace: published': 2,
  'settle: found': 6,
  found: 1,
  sweep: 1,
}
