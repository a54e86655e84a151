// JSON text (RFC 8259) to a tree, bounded in depth: for what people and systems hand us as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgpacs::dicom {

struct JsonMember;

struct JsonValue {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool is_true = false;
  std::string text{};  // of a string, in UTF-8; of a number, its digits as they stood
  std::vector<JsonValue> list;
  std::vector<JsonMember> members;

  bool is(Kind wanted) const { return kind == wanted; }
  // The member of an object; nullptr where there is none.
  const JsonValue* find(std::string_view name) const;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

// Throws bad_argument where the text is no JSON, too_deep beyond `depth` arrays and objects, too_large beyond
// `values` of any kind.
JsonValue parse_json(std::string_view text, std::uint32_t depth, std::uint32_t values);

}  // namespace pgpacs::dicom
