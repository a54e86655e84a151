#include "extension/pg/border.h"

#include "extension/pg/server.h"

namespace pgpacs::pg {

void raise_unless_ok(const Outcome& outcome) {
  if (outcome.is_ok) return;
  const char* state = outcome.sqlstate;
  ereport(ERROR, (errcode(MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4])),
                  errmsg("%s", outcome.text), outcome.hint[0] != '\0' ? errdetail("%s", outcome.hint) : 0));
}

}  // namespace pgpacs::pg
