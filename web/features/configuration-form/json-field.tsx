import { JsonInput } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../../ui/translations/use-words.ts'

/** An object as JSON. What can be read is taken over as it is typed; what changes elsewhere is shown. */
export function JsonField(props: { value: unknown; isDisabled: boolean; onChange: (value: unknown) => void }) {
  const { t } = useWords()
  const [text, setText] = useState(() => pretty(props.value))
  const typed = read(text)
  const isBehind = typed !== undefined && pretty(typed) !== pretty(props.value)
  return (
    <JsonInput
      label="JSON"
      autosize
      minRows={12}
      maxRows={30}
      spellCheck={false}
      disabled={props.isDisabled}
      value={isBehind ? pretty(props.value) : text}
      error={typed === undefined ? t('admin.notJson') : undefined}
      onChange={(next) => {
        setText(next)
        const value = read(next)
        if (value !== undefined) props.onChange(value)
      }}
    />
  )
}

function pretty(value: unknown): string {
  return JSON.stringify(value, undefined, 2)
}

/** The object that is written there; undefined while it is half-typed, or no object. */
function read(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
