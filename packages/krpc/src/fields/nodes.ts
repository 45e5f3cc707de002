// Contacts of one family in compact form: `nodes` (IPv4) and `nodes6` (IPv6). BEP 5, BEP 32.

import type { Contact } from '../address/contact.ts'
import { contactSize, type Nodes, nodesSize } from '../address/contacts.ts'
import type { Family } from '../address/endpoint.ts'
import { stringSize } from '../bencode/size-counter.ts'
import { isString, lengthOf, viewOf } from '../bencode/span.ts'
import { defineField, encodedKey, type Field, refuse } from './field.ts'

/** Reads whole records; some clients send half a record at the end, which is dropped. */
function contactsField(key: string, family: Family): Field<Nodes> {
  const written = encodedKey(key)
  return defineField<Nodes>({
    key,
    read(dictionary, { idLength }) {
      const span = dictionary.string(key)
      if (!isString(span)) return undefined
      const rest = lengthOf(span) % contactSize(idLength, family)
      const nodes = viewOf(dictionary.datagram, span)
      return rest === 0 ? nodes : nodes.subarray(0, nodes.length - rest)
    },
    check(nodes, name, { idLength }) {
      if (nodes instanceof Uint8Array) checkRecords(nodes, name, contactSize(idLength, family))
      else for (const each of nodes) checkContact(each, idLength, family)
    },
    write(output, nodes) {
      output.bytes(written)
      if (nodes instanceof Uint8Array) output.string(nodes)
      else output.joinedString(nodes, nodes[0]?.size ?? 0)
    },
    cut: {
      // The querier misses contacts of the other family least.
      rank: (querier) => (querier === family ? 2 : 0),
      shorten: (nodes, excess, { idLength }) =>
        shortenNodes(nodes, excess, contactSize(idLength, family)),
      first: (nodes, { idLength }) =>
        nodes instanceof Uint8Array
          ? nodes.subarray(0, contactSize(idLength, family))
          : nodes.slice(0, 1),
    },
  })
}

export const nodesField: Field<Nodes> = contactsField('nodes', 4)
export const nodes6Field: Field<Nodes> = contactsField('nodes6', 6)

function checkRecords(nodes: Uint8Array, name: string, size: number): void {
  if (nodes.length % size !== 0) refuse(name, `whole records of ${size} bytes`, nodes.length)
}

/** Not by size: an IPv4 contact of a wide id is as long as an IPv6 contact of a narrow id. */
function checkContact(contact: Contact, idLength: number, family: Family): void {
  const name = family === 4 ? 'nodes' : 'nodes6'
  if (contact.family !== family) refuse(name, `contacts of IPv${family}`, contact.family)
  if (contact.id.length !== idLength) refuse(name, `ids of ${idLength} bytes`, contact.id.length)
}

/** Drops the last contacts, which are the farthest from the target. */
function shortenNodes(nodes: Nodes, excess: number, record: number): Nodes {
  const whole = nodesSize(nodes)
  let left = whole
  while (left > 0 && stringSize(whole) - stringSize(left) < excess) left -= record
  return nodes instanceof Uint8Array ? nodes.subarray(0, left) : nodes.slice(0, left / record)
}
