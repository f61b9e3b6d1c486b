/* Made from src/seams/log/spool-decision.ts by TANDEM_MODEL_WRITE=1 npx vitest run test/model; a test holds it to that. */
#define ALONE 1
#define CONSENTING 2
#define REACHING 3
#define SILENT 4
#define NEWER 5
#define SPOOL 1
#define DRAIN 2
#define REFUSE 3
#define HAND_OVER 4
inline decide(store, answers) {
  if
  :: (store) && (answers) == ALONE -> action = DRAIN
  :: (store) && (answers) == CONSENTING -> action = DRAIN
  :: (store) && (answers) == REACHING -> action = DRAIN
  :: (store) && (answers) == SILENT -> action = DRAIN
  :: (store) && (answers) == NEWER -> action = HAND_OVER
  :: !(store) && (answers) == ALONE -> action = SPOOL
  :: !(store) && (answers) == CONSENTING -> action = SPOOL
  :: !(store) && (answers) == REACHING -> action = HAND_OVER
  :: !(store) && (answers) == SILENT -> action = REFUSE
  :: !(store) && (answers) == NEWER -> action = HAND_OVER
  fi
}
