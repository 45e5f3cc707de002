// What may be written when the node allows it: enter and delete an id, put an item.

import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Done } from '../../src/protocol.ts'
import { shownText } from '../model/shown-text.ts'
import { send } from '../source/requests.ts'
import { announced } from '../state/app-state.ts'

/** @param items - whether the network has items */
export function Writes({ items }: { items: boolean }): VNode {
  const [id, setId] = useState('')
  const [port, setPort] = useState('')
  const [value, setValue] = useState('')
  const [outcome, setOutcome] = useState('')

  const run = async (name: string, request: () => Promise<Done>): Promise<void> => {
    // The id is shown in full: that of an item is known from here alone.
    const text = await request().then(
      ({ id }) => `${name}: done, ${shownText(id)}`,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    setOutcome(text)
    announced.value = text
  }
  return (
    <form class="writes" onSubmit={(event) => event.preventDefault()}>
      <label class="wide">
        Id
        <input
          class="mono"
          value={id}
          onInput={({ currentTarget }) => setId(currentTarget.value)}
        />
      </label>
      <label>
        Port
        <input
          type="number"
          min={1}
          max={65535}
          value={port}
          onInput={({ currentTarget }) => setPort(currentTarget.value)}
        />
      </label>
      <button
        type="button"
        onClick={() =>
          void run('Enter', () => send('enter', { id: id.trim(), port: Number(port) }))
        }
      >
        Enter
      </button>
      <button
        type="button"
        onClick={() => void run('Delete', () => send('delete', { id: id.trim() }))}
      >
        Delete
      </button>
      {items && (
        <>
          <label class="wide">
            Item
            <input value={value} onInput={({ currentTarget }) => setValue(currentTarget.value)} />
          </label>
          <button type="button" onClick={() => void run('Put', () => send('put', { value }))}>
            Put
          </button>
        </>
      )}
      <output>{outcome}</output>
    </form>
  )
}
