import { Button, Group, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'

/** As long as the server takes. */
const CHARS_MAX = 140

/** A short note with a button: what is there is shown until somebody types; nothing typed takes it away. */
export function NoteField(props: {
  label: string
  hint: string
  save: string
  note: string | null
  onSave: (note: string | null) => void
}) {
  const { note, onSave } = props
  const [text, setText] = useState(note ?? '')
  useEffect(() => setText(note ?? ''), [note])
  const typed = text.trim()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onSave(typed === '' ? null : typed)
  }
  return (
    <form onSubmit={submit} data-presence-note={note ?? ''} style={{ marginBottom: 12 }}>
      <Group gap="xs" align="end" wrap="nowrap">
        <TextInput
          style={{ flex: 1 }}
          label={props.label}
          placeholder={props.hint}
          maxLength={CHARS_MAX}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={typed === (note ?? '')}>
          {props.save}
        </Button>
      </Group>
    </form>
  )
}
