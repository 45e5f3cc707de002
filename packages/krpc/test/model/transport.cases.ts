// The cases that the scripts of the transport must reach: every end of every kind of query, and
// every kind of datagram for every kind of query, each of them often.

export const METHODS = ['ping', 'find_node', 'get_peers', 'announce_peer'] as const
export type Method = (typeof METHODS)[number]

/** How a query ends. */
export const ENDS = ['response', 'error', 'protocol', 'timeout', 'send error', 'closed'] as const
export type End = (typeof ENDS)[number]

/** Datagrams about an open query. */
export const ABOUT_OPEN = [
  'valid',
  'wrong type',
  'unreadable',
  'error',
  'other address',
  'other tid',
  'spoofed',
  'same-tid query',
  'garbage',
  'truncated',
] as const

/** Datagrams about a query that has ended, by a response or otherwise. */
export const ABOUT_ENDED = ['duplicate', 'late'] as const

export type Delivery = (typeof ABOUT_OPEN)[number] | (typeof ABOUT_ENDED)[number]

const OTHERS = {
  'refused: full': 5,
  'refused: no free id': 0,
  'delivered twice': 100,
  'timeout handled 1 ms early': 30,
  'timeout handled on time': 50,
  'timeout handled 1 ms late': 30,
  overslept: 20,
  'resent on a stall': 50,
  'answer to the second sending': 10,
  'expired unstalled': 5,
  'response after its deadline, before a timeout is handled': 2,
  'fits a newer question': 0,
  'sent an error': 20,
  'several ended by a send error': 5,
  'send error for nobody': 10,
  'closed with some open': 10,
} as const

export type Case =
  | `${End} of ${Method}`
  | `${Delivery} for ${Method}`
  | `asked ${Method}`
  | keyof typeof OTHERS

/** Ends by closing, and responses to ended queries, are rare by nature. */
export function floors(others: Partial<Record<keyof typeof OTHERS, number>>): Record<Case, number> {
  const each = (names: readonly string[], least: number): [string, number][] =>
    names.flatMap((name) => METHODS.map((method): [string, number] => [`${name} ${method}`, least]))
  const of = (names: readonly string[], word: string) => names.map((name) => `${name} ${word}`)
  return Object.fromEntries([
    ...each(['asked'], 200),
    ...each(of(ENDS, 'of'), 5),
    ...each(of([...ABOUT_OPEN, ...ABOUT_ENDED], 'for'), 5),
    ...Object.entries({ ...OTHERS, ...others }),
  ]) as Record<Case, number>
}
