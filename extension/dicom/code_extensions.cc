#include "extension/dicom/code_extensions.h"

#include <cstdint>

#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

constexpr char escape = '\x1B';

// G0 is what bytes below 0x80 mean, G1 what those from 0x80 do.
enum class Half : std::uint8_t { ascii, romaji, single_byte, plane };

// PS3.3 tables C.12-3 and C.12-4.
struct Escape {
  std::string_view sequence;  // behind the escape character
  std::string_view number;    // of a single-byte set
  Half half;
  Plane plane;
  bool is_g1;
};
constexpr Plane none{};
constexpr Escape escapes[] = {
    {"(B", "", Half::ascii, none, false},
    {"(J", "", Half::romaji, none, false},
    {"$B", "", Half::plane, Plane::jis_x_0208, false},
    {"$@", "", Half::plane, Plane::jis_x_0208, false},  // its edition of 1978
    {"$(D", "", Half::plane, Plane::jis_x_0212, false},
    {")I", "13", Half::single_byte, none, true},
    {"-A", "100", Half::single_byte, none, true},
    {"-B", "101", Half::single_byte, none, true},
    {"-C", "109", Half::single_byte, none, true},
    {"-D", "110", Half::single_byte, none, true},
    {"-L", "144", Half::single_byte, none, true},
    {"-G", "127", Half::single_byte, none, true},
    {"-F", "126", Half::single_byte, none, true},
    {"-H", "138", Half::single_byte, none, true},
    {"-M", "148", Half::single_byte, none, true},
    {"-b", "203", Half::single_byte, none, true},
    {"-T", "166", Half::single_byte, none, true},
    {"$)C", "", Half::plane, Plane::ks_x_1001, true},
    {"$)A", "", Half::plane, Plane::gb_2312, true},
};

const Escape* find_escape(std::string_view rest) {
  for (const Escape& candidate : escapes)
    if (rest.starts_with(candidate.sequence)) return &candidate;
  return nullptr;
}

class Decoder {
 public:
  Decoder(std::optional<SingleByteSet> initial, std::string& out) : initial_(initial), out_(out) { reset(); }

  bool decode(std::string_view raw) {
    while (!raw.empty()) raw.remove_prefix(step(raw));
    return is_clean_;
  }

 private:
  void reset() {
    g0_ = Half::ascii;
    g1_ = Half::single_byte;
    set_ = initial_;
  }

  // Takes a character or an escape sequence; how many bytes that were.
  std::size_t step(std::string_view raw) {
    const auto byte = static_cast<unsigned char>(raw.front());
    if (raw.front() == escape) return designate(raw.substr(1));
    if (byte >= 0x80) return step_high(raw);
    if (g0_ == Half::plane && byte > 0x20 && byte < 0x7F) return step_plane(raw, g0_plane_);
    if (byte < 0x20 || byte == '\\') reset();
    if (byte != 0) put(g0_ == Half::romaji && byte == 0x7E ? U'\u203E' : byte);
    return 1;
  }

  std::size_t step_high(std::string_view raw) {
    if (g1_ == Half::plane) return step_plane(raw, g1_plane_);
    put(set_ ? high_half(*set_)[static_cast<unsigned char>(raw.front()) - 0x80u] : no_character);
    return 1;
  }

  std::size_t step_plane(std::string_view raw, Plane plane) {
    const char32_t character = raw.size() < 2 ? no_character
                                              : plane_character(plane, static_cast<unsigned char>(raw[0]),
                                                                static_cast<unsigned char>(raw[1]));
    put(character);
    return character == no_character ? 1 : 2;
  }

  std::size_t designate(std::string_view rest) {
    const Escape* const found = find_escape(rest);
    if (found == nullptr) {
      is_clean_ = false;
      return 1;
    }
    if (found->is_g1) {
      g1_ = found->half;
      g1_plane_ = found->plane;
      set_ = find_single_byte_set(found->number);
    } else {
      g0_ = found->half;
      g0_plane_ = found->plane;
    }
    return 1 + found->sequence.size();
  }

  void put(char32_t character) {
    is_clean_ = is_clean_ && character != no_character;
    append_utf8(character == no_character ? replacement_character : character, out_);
  }

  std::optional<SingleByteSet> initial_;
  std::string& out_;
  Half g0_ = Half::ascii;
  Half g1_ = Half::single_byte;
  Plane g0_plane_{};
  Plane g1_plane_{};
  std::optional<SingleByteSet> set_;
  bool is_clean_ = true;
};

}  // namespace

bool decode_code_extensions(std::string_view raw, std::optional<SingleByteSet> initial, std::string& out) {
  return Decoder(initial, out).decode(raw);
}

}  // namespace pgpacs::dicom
