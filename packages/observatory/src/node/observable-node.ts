// What an observatory needs of a node.

import type { DhtNode } from '@dht/node/portable'

export type ObservableNode = Pick<
  DhtNode,
  'view' | 'events' | 'onLookupStep' | 'lookup' | 'closest' | 'enter' | 'delete' | 'put'
>
