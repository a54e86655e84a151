#include "extension/dicom/charset_evidence.h"

#include <algorithm>
#include <limits>

#include "extension/dicom/fault.h"
#include "extension/dicom/utf8.h"

namespace pgpacs::dicom {
namespace {

constexpr std::size_t most_text = 4 << 10;
constexpr int most_events = 4096;

class Evidence {
 public:
  Evidence(const CharacterSet& declared, std::size_t longest) : declared_(declared), longest_(longest) {}

  void see(Event event, const Element& element, std::uint32_t depth) {
    if (event == Event::item_end && depth < other_set_) other_set_ = everywhere;
    if (event != Event::element) return;
    // What follows pixels is found by who has the whole object only, long texts by nobody who has its header.
    is_over_ = is_over_ || is_content(element.tag, depth == 0) || element.length == undefined_length;
    if (element.tag == tags::specific_character_set) return see_set(element, depth);
    // What private elements call text may be anything.
    const bool is_text = traits(element.vr).uses_character_set && element.length <= longest_;
    if (is_text && depth < other_set_ && !element.tag.is_private()) add(as_text(element.value));
  }

  bool is_over() const { return is_over_ || texts_.size() >= most_text; }
  std::string take() { return std::move(texts_); }

 private:
  static constexpr std::uint32_t everywhere = std::numeric_limits<std::uint32_t>::max();

  // An item may have a set of its own: its texts say nothing of the others.
  void see_set(const Element& element, std::uint32_t depth) {
    CharacterSet own;
    own.declare(as_text(element.value));
    if (own != declared_) other_set_ = std::min(other_set_, depth);
  }

  void add(std::string_view text) {
    if (is_ascii(text)) return;
    std::string_view some = text.substr(0, most_text - texts_.size());
    // Not cut inside a character.
    if (some.size() < text.size())
      while (!some.empty() && static_cast<unsigned char>(some.back()) >= 0x80) some.remove_suffix(1);
    (texts_ += some) += '\n';
  }

  const CharacterSet& declared_;
  std::size_t longest_;
  std::string texts_;
  bool is_over_ = false;
  std::uint32_t other_set_ = everywhere;  // the depth of an item with a set of its own
};

}  // namespace

std::string collect_texts(const Reader& at, const CharacterSet& declared, std::size_t longest) {
  Evidence evidence(declared, longest);
  evidence.see(Event::element, at.element(), at.depth());
  try {
    Reader reader = at;  // what it notes, the pass itself notes as well: a defect is kept once
    for (int i = 0; i < most_events && !evidence.is_over(); ++i) {
      const Event event = reader.next();
      if (event == Event::end) break;
      evidence.see(event, reader.element(), reader.depth());
    }
  } catch (const Fault&) {
    // What cannot be read further is said when the pass itself comes there.
  }
  return evidence.take();
}

}  // namespace pgpacs::dicom
