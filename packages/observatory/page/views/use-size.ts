// The size of an element, as it changes.

import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'

export interface Size {
  readonly width: number
  readonly height: number
}

export function useSize<E extends HTMLElement>(): [
  ref: RefObject<E | null>,
  size: Size | undefined,
] {
  const ref = useRef<E>(null)
  const [size, setSize] = useState<Size | undefined>(undefined)
  useEffect(() => {
    const element = ref.current
    if (element === null) return undefined
    const observer = new ResizeObserver(() => {
      setSize({ width: element.clientWidth, height: element.clientHeight })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [ref, size]
}
