import { useEffect, useRef, useState } from 'react'
import type { Session } from '#api/contract'
import styles from './log-in.module.css'
import { LogIn } from './log-in.tsx'

/** Lies over a page whose session is over, and over its dialogs, until somebody has logged in; what had the cursor has it again then. */
export function LogInAgain({ user, onLogIn }: { user: string; onLogIn: (session: Session) => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  // Asked while this is drawn: once it stands, the page behind it is not shown and has no cursor.
  const [before] = useState(() => document.activeElement as HTMLElement | null)
  const show = (): void => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal()
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it stands.
  useEffect(() => {
    show()
    // The page is to be seen again first.
    return () => void setTimeout(() => before?.focus(), 0)
  }, [])
  return (
    <dialog
      ref={dialog}
      className={styles['again']}
      data-log-in-again
      onCancel={(event) => event.preventDefault()}
      // A browser closes it at the second Escape, whatever it is told.
      onClose={show}
    >
      <LogIn isOver user={user} onLogIn={onLogIn} />
    </dialog>
  )
}
