import { Alert, Button, PasswordInput, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ApiProblem } from '../../models/api-client.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { useWords } from '../../ui/translations/use-words.ts'

/** Longer ones the API refuses. */
const PASSWORD_CHARS_MAX = 256

/** The own password: the one until now, and the next. What stands in the fields stays there until it was taken. */
export function OwnPassword(props: {
  user: string
  onSet: (set: { readonly current: string; readonly password: string }) => Promise<void>
  onClose: () => void
}) {
  const { t } = useWords()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState('')
  const [isSet, setIsSet] = useState(false)
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setBusy(true)
    setFailure('')
    try {
      await props.onSet({ current, password })
      setIsSet(true)
    } catch (problem) {
      setFailure(failureOf(problem, t))
    } finally {
      setBusy(false)
    }
  }
  const field = (value: string, set: (value: string) => void) => ({
    value,
    required: true,
    maxLength: PASSWORD_CHARS_MAX,
    visibilityToggleButtonProps: { 'aria-label': t('ownPassword.show') },
    onChange: (event: { currentTarget: { value: string } }) => set(event.currentTarget.value),
  })
  return (
    <Dialog title={t('ownPassword.title')} closeLabel={t('ownPassword.close')} onClose={props.onClose}>
      {isSet ? (
        <Alert role="status" color="green">
          {t('ownPassword.done')}
        </Alert>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <p style={{ margin: 0 }}>{t('ownPassword.lead')}</p>
            {/* Password managers keep the new one under this name. */}
            <input type="text" name="user" autoComplete="username" value={props.user} readOnly hidden />
            {failure !== '' && (
              <Alert color="red" role="alert">
                {failure}
              </Alert>
            )}
            <PasswordInput
              {...field(current, setCurrent)}
              name="current"
              label={t('ownPassword.current')}
              autoComplete="current-password"
              data-autofocus
            />
            <PasswordInput
              {...field(password, setPassword)}
              name="next"
              label={t('ownPassword.next')}
              autoComplete="new-password"
            />
            <Button type="submit" loading={busy}>
              {t('ownPassword.set')}
            </Button>
          </Stack>
        </form>
      )}
    </Dialog>
  )
}

function failureOf(problem: unknown, t: (key: string, values?: Record<string, unknown>) => string): string {
  if (!(problem instanceof ApiProblem) || problem.status === 0) return t('logIn.unreachable')
  if (problem.status === 401) return t('ownPassword.wrong')
  if (problem.status === 429) return t('logIn.slowed', { count: problem.retryAfterS })
  return t('logIn.other', { detail: problem.message })
}
