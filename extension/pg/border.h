// The one bridge between C++ and PostgreSQL. C++ runs inside protect(), which is noexcept and turns whatever
// is thrown into a plain record; the record is raised after every C++ object of the call has gone. C++ never
// calls the backend, so no longjmp crosses a frame that has something to destroy.
//
//   wrong:  try { … } catch (const Fault& f) { ereport(ERROR, …); }   // leaks the exception: 99 KB each
//   right:  const Outcome outcome = protect([&] { … });  raise_unless_ok(outcome);
//
// What C++ builds stays in objects of the backend's life (static), which the next call empties: nothing to
// free when a palloc fails in between.
#pragma once

#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "extension/dicom/fault.h"

namespace pgpacs::pg {

struct Outcome {
  bool is_ok = true;
  char sqlstate[6] = "";
  char text[256] = "";
  const char* hint = "";

  void fail(const char* state, const char* what, const char* advice = "") noexcept {
    is_ok = false;
    std::snprintf(sqlstate, sizeof sqlstate, "%s", state);
    std::snprintf(text, sizeof text, "%s", what);
    hint = advice;
  }

  // "edit 2: …"
  void name(const char* what, unsigned number) noexcept {
    char named[sizeof text + 32];
    std::snprintf(named, sizeof named, "%s %u: %s", what, number, text);
    std::snprintf(text, sizeof text, "%.*s", static_cast<int>(sizeof text - 1), named);
  }
};

template <typename Body>
Outcome protect(Body&& body) noexcept {
  Outcome outcome;
  try {
    body();
  } catch (const dicom::Fault& fault) {
    const dicom::FaultInfo& info = dicom::info(fault.code);
    try {
      outcome.fail(info.sqlstate, message(fault).c_str(), info.meaning);
    } catch (...) {
      outcome.fail(info.sqlstate, fault.what, info.meaning);
    }
  } catch (const std::bad_alloc&) {
    outcome.fail("53200", "out of memory");
  } catch (const std::exception& error) {
    outcome.fail("XX000", error.what());
  } catch (...) {
    outcome.fail("XX000", "unknown failure");
  }
  return outcome;
}

// ereport(ERROR) where the outcome is a failure.
void raise_unless_ok(const Outcome& outcome);

}  // namespace pgpacs::pg
