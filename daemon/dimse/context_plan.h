// Presentation contexts for objects that are to be sent (PS3.8 9.3.2.2), and the choice among those that were
// accepted. A context has one transfer syntax: what a receiver takes is known then, and not what it chose.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/db/retrieve.h"
#include "daemon/dimse/requestor.h"

namespace pgpacs::dimse {

inline constexpr std::size_t most_contexts = 128;  // of one association

// What goes over one association: contexts for each of their SOP classes in each syntax that objects are
// stored in, in those that the receiver prefers, and in explicit and implicit VR little endian.
struct ContextPlan {
  std::vector<Proposal> proposals;
  std::vector<std::size_t> objects;  // their places in the list that was planned for, ascending
};

// One association, as a rule; more where the objects have more SOP classes than one can propose.
std::vector<ContextPlan> plan_contexts(std::span<const db::StoredInstance> objects,
                                       std::span<const std::string> preferred);

using CanTranscode = std::function<bool(std::string_view from, std::string_view to)>;

// The context to send an object over. As it is stored, byte for byte, where the receiver takes that; but what
// it prefers comes before, unless the stored syntax is among that. Else what it can be transcoded to,
// uncompressed first. Nothing where there is no way.
std::optional<Requestor::Context> choose_context(std::span<const Requestor::Context> accepted,
                                                 const db::StoredInstance& object,
                                                 std::span<const std::string> preferred,
                                                 const CanTranscode& can_transcode);

}  // namespace pgpacs::dimse
