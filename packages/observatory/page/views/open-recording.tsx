// The button that opens a recording.

import type { VNode } from 'preact'
import { useRef } from 'preact/hooks'
import { openRecording } from '../source/open-recording.ts'

export function OpenRecording(): VNode {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class="open-recording" onClick={() => input.current?.click()}>
        Open recording
      </button>
      <input
        ref={input}
        class="unseen"
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0]
          // The same file may be chosen again.
          currentTarget.value = ''
          if (file !== undefined) void openRecording(file)
        }}
      />
    </>
  )
}
