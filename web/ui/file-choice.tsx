import { FileButton, type FileButtonProps } from '@mantine/core'
import { useRef } from 'react'

/** Asks for a file. The same one can be chosen again: it may be mended by now, or have failed to go. */
export function FileChoice(
  props: Pick<FileButtonProps, 'accept' | 'disabled' | 'inputProps' | 'children'> & {
    onChoose: (file: File) => void
  },
) {
  const { onChoose, ...button } = props
  const reset = useRef<() => void>(null)
  const chosen = (file: File | null): void => {
    reset.current?.()
    if (file) onChoose(file)
  }
  return <FileButton {...button} resetRef={reset} onChange={chosen} />
}
