// What each metric counts, as `# HELP` says it to people who look at a node's metrics.

import type { Counters } from '../core/counters.ts'

export const COUNTER_HELP: Readonly<Record<keyof Counters, string>> = {
  datagramsReceived: 'Datagrams received.',
  bytesReceived: 'Bytes received in datagrams.',
  datagramsSent: 'Datagrams sent.',
  bytesSent: 'Bytes sent in datagrams.',
  queriesReceived: 'Queries received, by method; unknown: methods that the node does not have.',
  errorsSent: 'Error messages sent in reply to queries.',
  datagramsMalformed: 'Datagrams that are not a valid message of this network.',
  queriesLimited: 'Queries received without a reply because of a rate or byte limit.',
  responsesUnmatched: 'Responses and errors that matched no query of the last minute.',
  queriesSent: 'Queries sent.',
  responsesReceived: 'Valid responses to queries that were sent.',
  errorsReceived: 'Error messages received in reply to queries that were sent.',
  queriesStalled: 'Queries that were sent a second time because the response was late.',
  queriesTimedOut: 'Queries that got no response in time.',
  queriesUnreachable: 'Queries whose receiver is unreachable.',
  responsesInvalid: 'Queries that ended by a message that is not a valid response.',
  responsesLate: 'Responses to queries that had timed out already.',
  queriesOverflowed: 'Queries not sent because too many were open.',
  queriesQueued: 'Queries that waited because of the pace that receivers allow.',
  queriesDropped: 'Queries not sent because too many waited, or for too long.',
  lookups: 'Lookups that were started.',
  rounds: 'Rounds of publishing.',
  idChanges: 'Changes of an own id because the external address had changed (BEP 42).',
}

export const GAUGE_HELP = {
  dht_contacts: 'Contacts in the routing table, by standing.',
  dht_queries_open: 'Queries that wait for a response.',
  dht_transport_open: 'Whether the transport of the address family is open.',
  dht_read_only: 'Whether the node answers no queries (BEP 43).',
  dht_queries_waiting: 'Queries that wait to be sent.',
  dht_stored_keys: 'Ids under which other nodes have announced peers here.',
  dht_stored_peers: 'Peers that other nodes have announced here.',
  dht_stored_items: 'Items stored here (BEP 44).',
  dht_stored_item_bytes: 'Bytes of the items stored here (BEP 44).',
  dht_announcements: 'Announcements that this node keeps published.',
  dht_operations_active: 'Calls of users that have not ended.',
} as const

export type Gauge = keyof typeof GAUGE_HELP
