// The box that starts a lookup.

import type { VNode } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import type { LookupRequest } from '../../src/protocol.ts'
import { shortId } from '../model/words.ts'
import { send } from '../source/requests.ts'
import { RequestError } from '../source/server.ts'
import { announced, pulse, shownView } from '../state/app-state.ts'
import { chooseLookup } from './lookup-choice.ts'

type Mode = NonNullable<LookupRequest['mode']>

/** A lookup that was asked for and whose steps have not come yet. */
interface Wanted {
  readonly target: string
  /** The lookups that were there before. */
  readonly former: ReadonlySet<number>
}

export function LookupSearch(): VNode {
  pulse.value
  const digits = (shownView().facts?.idBits ?? 256) / 4
  const [text, setText] = useState('')
  const [mode, setMode] = useState<Mode>('peers')
  const [fault, setFault] = useState<string | undefined>(undefined)
  const [wanted, setWanted] = useState<Wanted | undefined>(undefined)
  const hintId = useId()
  useChosenOnceStarted(wanted, () => setWanted(undefined))

  const start = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const target = text.trim().toLowerCase()
    if (!new RegExp(`^[0-9a-f]{${digits}}$`).test(target)) {
      setFault(
        `An id of this network has ${digits} hexadecimal digits; this has ${target.length} characters.`,
      )
      return
    }
    setFault(undefined)
    try {
      setWanted({ target, former: new Set(shownView().lookups.keys()) })
      await send('lookup', { target, mode })
      announced.value = `Lookup of ${shortId(target)} started.`
    } catch (error) {
      setWanted(undefined)
      setFault(error instanceof RequestError ? error.message : String(error))
    }
  }
  return (
    <form class="search" onSubmit={(event) => void start(event)}>
      <label>
        Look up an id
        <input
          class="mono"
          value={text}
          spellcheck={false}
          autocomplete="off"
          maxLength={200}
          placeholder={`${digits} hexadecimal digits`}
          aria-invalid={fault !== undefined}
          aria-describedby={hintId}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <div class="search-line">
        <select
          aria-label="What to look for"
          value={mode}
          onChange={({ currentTarget }) => setMode(currentTarget.value as Mode)}
        >
          <option value="peers">its endpoints</option>
          <option value="closest">the nearest nodes</option>
        </select>
        <button type="button" onClick={() => setText(randomId(digits))}>
          Random id
        </button>
        <button type="submit" class="primary">
          Look up
        </button>
      </div>
      <p id={hintId} class="fault" role={fault === undefined ? undefined : 'alert'}>
        {fault}
      </p>
    </form>
  )
}

/** Shows the lookup as soon as its first step has come. */
function useChosenOnceStarted(wanted: Wanted | undefined, done: () => void): void {
  const started = [...shownView().lookups.values()].find(({ lookup }) => {
    return lookup.target === wanted?.target && !wanted.former.has(lookup.id)
  })
  const found = started?.lookup.id
  useEffect(() => {
    if (found === undefined) return
    chooseLookup(found)
    done()
  }, [found])
}

function randomId(digits: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(digits / 2))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
