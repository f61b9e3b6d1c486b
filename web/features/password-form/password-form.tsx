import { Button, Group, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useWords } from '../../ui/translations/use-words.ts'

/** Longer ones the API refuses. */
const PASSWORD_CHARS_MAX = 256

/** A new password for somebody. It is kept in the field until it was taken. */
export function PasswordForm({ onSet }: { onSet: (password: string) => Promise<boolean> }) {
  const { t } = useWords()
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const send = async (): Promise<void> => {
    setBusy(true)
    if (await onSet(password)) setPassword('')
    setBusy(false)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <Group align="flex-end">
        <PasswordInput
          label={t('admin.newPassword')}
          description={t('admin.passwordHelp')}
          autoComplete="new-password"
          maxLength={PASSWORD_CHARS_MAX}
          value={password}
          visibilityToggleButtonProps={{ 'aria-label': t('admin.showPassword') }}
          onChange={(event) => setPassword(event.currentTarget.value)}
          style={{ flex: 1 }}
        />
        <Button type="submit" variant="default" loading={busy} disabled={password === ''}>
          {t('admin.setPassword')}
        </Button>
      </Group>
    </form>
  )
}
