import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { Session } from '#api/contract'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import { BrandMark } from '../../ui/brand.tsx'
import { LanguageChoice } from '../../ui/language-choice.tsx'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './log-in.module.css'

/** Why a log-in did not work, as a key of the translations. */
interface Failure {
  readonly key: string
  readonly values?: Record<string, unknown>
  /** Until when the server takes no further try. */
  readonly waitS?: number
}

/** The first thing that anybody sees. `isOver`: a session of that user has just run out. */
export function LogIn(props: { isOver?: boolean; user?: string; onLogIn: (session: Session) => void }) {
  const { isOver = false, onLogIn } = props
  const { t } = useWords()
  const [user, setUser] = useState(props.user ?? '')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>(isOver ? { key: 'logIn.over' } : undefined)
  const alert = useRef<HTMLDivElement>(null)
  const waitS = useCountdown(failure, () => setFailure(undefined))
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setTried(true)
    if (user === '' || password === '' || busy) return
    setBusy(true)
    try {
      onLogIn(await new ApiClient().logIn(user.trim(), password))
    } catch (error) {
      setFailure(failureOf(error))
      setPassword('')
      setTried(false)
      alert.current?.focus()
    } finally {
      setBusy(false)
    }
  }
  const missing = (value: string): string | undefined => (tried && value === '' ? t('logIn.missing') : undefined)
  return (
    <main className={styles['page']}>
      <form className={styles['card']} onSubmit={submit} noValidate>
        <div className={styles['brand']}>
          <BrandMark /> Tandem
        </div>
        <h1 className={styles['title']}>{t('logIn.title')}</h1>
        <p className={styles['lead']}>{t('logIn.lead')}</p>
        <div className={styles['fields']}>
          <div role="alert" ref={alert} tabIndex={-1}>
            {failure && (
              <Alert color="red" variant="light">
                {t(failure.key, { ...failure.values, count: waitS })}
              </Alert>
            )}
          </div>
          <TextInput
            label={t('logIn.user')}
            name="user"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={!props.user}
            size="md"
            value={user}
            error={missing(user)}
            onChange={(event) => setUser(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('logIn.password')}
            name="password"
            autoComplete="current-password"
            autoFocus={props.user !== undefined}
            size="md"
            value={password}
            error={missing(password)}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" size="md" loading={busy} disabled={waitS > 0}>
            {t('logIn.submit')}
          </Button>
        </div>
        <p className={styles['hint']}>{t('logIn.hint')}</p>
        <div className={styles['language']}>
          <LanguageChoice />
        </div>
      </form>
    </main>
  )
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiProblem)) return { key: 'logIn.unreachable' }
  if (error.status === 401) return { key: 'logIn.wrong' }
  if (error.status === 429) return { key: 'logIn.slowed', waitS: error.retryAfterS }
  if (error.status === 0 || error.status >= 500) return { key: 'logIn.unreachable' }
  return { key: 'logIn.other', values: { detail: error.message } }
}

/** Counts the seconds down that the server asked to wait. */
function useCountdown(failure: Failure | undefined, onDone: () => void): number {
  const [leftS, setLeftS] = useState(0)
  useEffect(() => setLeftS(failure?.waitS ?? 0), [failure])
  useEffect(() => {
    if (leftS <= 0) return undefined
    const timer = setTimeout(() => {
      setLeftS(leftS - 1)
      if (leftS === 1) onDone()
    }, 1000)
    return () => clearTimeout(timer)
  }, [leftS, onDone])
  return leftS
}
