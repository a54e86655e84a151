// dicom.difference and dicom.merge: what an instance's header adds to its series' template, and back.
// Both walk two sorted objects side by side; values are copied as they lie, without being taken apart.
#include "extension/pg/attribute.h"
#include "extension/pg/call_memory.h"

extern "C" {
PG_FUNCTION_INFO_V1(pgpacs_difference);
PG_FUNCTION_INFO_V1(pgpacs_merge);
}

namespace pgpacs::pg {
namespace {

constexpr int key_size = 8;

enum class Of { header, difference };

// The members of a header or a difference: an object all of whose keys are tags. Arguments come from anybody:
// what the values are is checked before one is taken for a container.
class Members {
 public:
  Members(JsonbContainer* object, Of kind)
      : object_(object),
        count_(static_cast<int>(JsonContainerSize(object))),
        data_(reinterpret_cast<char*>(&object->children[2 * count_])) {
    const bool is_good =
        JsonContainerIsObject(object) && (count_ == 0 || (getJsonbLength(object, 0) == key_size &&
                                                          getJsonbLength(object, count_ - 1) == key_size));
    if (!is_good || !(kind == Of::header ? all_are_elements() : none_is_bool()))
      ereport(ERROR,
              (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')),
               kind == Of::header ? errmsg("a header is a jsonb object of elements by tag")
                                  : errmsg("a difference is a jsonb object of values and elements by tag")));
  }
  int count() const { return count_; }
  const char* key(int i) const { return data_ + key_size * i; }
  uint32 type(int i) const { return object_->children[count_ + i] & JENTRY_TYPEMASK; }
  // Bytes of the value without the padding before it.
  const char* value(int i, uint32* size) const {
    const uint32 offset = getJsonbOffset(object_, count_ + i);
    const uint32 length = getJsonbLength(object_, count_ + i);
    const bool is_aligned = type(i) == JENTRY_ISCONTAINER || type(i) == JENTRY_ISNUMERIC;
    const uint32 padding = is_aligned ? static_cast<uint32>(INTALIGN(offset)) - offset : 0;
    *size = length - padding;
    return data_ + offset + padding;
  }
  JsonbContainer* container(int i) const {
    uint32 size;
    return reinterpret_cast<JsonbContainer*>(const_cast<char*>(value(i, &size)));
  }

 private:
  // Adds up lengths on its way: to ask for each offset would cost a third of a difference's time.
  bool all_are_elements() const {
    uint32 at = count_ == 0 ? 0 : getJsonbOffset(object_, count_);
    for (int i = 0; i < count_; ++i) {
      const JEntry entry = object_->children[count_ + i];
      if (!JBE_ISCONTAINER(entry)) return false;
      if (!JsonContainerIsObject(reinterpret_cast<JsonbContainer*>(data_ + INTALIGN(at)))) return false;
      JBE_ADVANCE_OFFSET(at, entry);
    }
    return true;
  }
  bool none_is_bool() const {
    for (int i = 0; i < count_; ++i)
      if (JBE_ISBOOL(object_->children[count_ + i])) return false;
    return true;
  }

  JsonbContainer* object_;
  int count_;
  char* data_;
};

bool same(const Members& a, int i, const Members& b, int j) {
  uint32 size_a, size_b;
  const char* value_a = a.value(i, &size_a);
  const char* value_b = b.value(j, &size_b);
  return a.type(i) == b.type(j) && size_a == size_b && memcmp(value_a, value_b, size_a) == 0;
}

// An object under construction whose keys come in order. `largest` bounds the bytes of all values.
class ObjectBuilder {
 public:
  ObjectBuilder(int members, Size largest)
      : bytes_(allocate(VARHDRSZ + 4 + static_cast<Size>(members) * (2 * 4 + key_size + 3) + largest)),
        entries_(static_cast<Entry*>(palloc(sizeof(Entry) * static_cast<Size>(members + 1)))) {}

  void put(const char* key, uint32 type, const char* value, uint32 size) {
    entries_[count_++] = {key, type, value, size};
  }

  Jsonb* finish() {
    auto* container = reinterpret_cast<JsonbContainer*>(bytes_ + VARHDRSZ);
    container->header = static_cast<uint32>(count_) | JB_FOBJECT;
    char* data = reinterpret_cast<char*>(&container->children[2 * count_]);
    uint32 end = 0;
    for (int i = 0; i < count_; ++i) {
      memcpy(data + end, entries_[i].key, key_size);
      end += key_size;
      set_entry(container, i, key_size, end, JENTRY_ISSTRING);
    }
    for (int i = 0; i < count_; ++i) {
      const Entry& entry = entries_[i];
      const bool is_aligned = entry.type == JENTRY_ISCONTAINER || entry.type == JENTRY_ISNUMERIC;
      const uint32 at = is_aligned ? static_cast<uint32>(INTALIGN(end)) : end;
      if (entry.size > 0) memcpy(data + at, entry.value, entry.size);
      const uint32 length = at + entry.size - end;
      end += length;
      set_entry(container, count_ + i, length, end, entry.type);
    }
    const Size total = static_cast<Size>(data + end - bytes_);
    if (total > JENTRY_OFFLENMASK) refuse_size();
    SET_VARSIZE(bytes_, total);
    return reinterpret_cast<Jsonb*>(bytes_);
  }

 private:
  struct Entry {
    const char* key;
    uint32 type;
    const char* value;
    uint32 size;
  };

  [[noreturn]] static void refuse_size() {
    ereport(ERROR,
            (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '4')), errmsg("the header does not fit into jsonb")));
  }
  static char* allocate(Size size) {
    if (!AllocSizeIsValid(size)) refuse_size();
    return static_cast<char*>(palloc0(size));
  }

  static void set_entry(JsonbContainer* container, int i, uint32 length, uint32 end, uint32 type) {
    container->children[i] = type | (i % JB_OFFSET_STRIDE == 0 ? end | JENTRY_HAS_OFF : length);
  }

  char* bytes_;
  Entry* entries_;
  int count_ = 0;
};

// The Value array of an element {"vr":"XX","Value":[…]}; nullptr where it is of another form.
JsonbContainer* value_array(JsonbContainer* element) {
  JsonbValue array;
  if (JsonContainerSize(element) != 2 ||
      getKeyJsonValueFromContainer(element, "Value", 5, &array) == nullptr || array.type != jbvBinary ||
      !JsonContainerIsArray(array.val.binary.data))
    return nullptr;
  return array.val.binary.data;
}

bool same_vr(JsonbContainer* a, JsonbContainer* b) {
  JsonbValue x, y;
  return getKeyJsonValueFromContainer(a, "vr", 2, &x) != nullptr &&
         getKeyJsonValueFromContainer(b, "vr", 2, &y) != nullptr && x.type == jbvString &&
         y.type == jbvString && x.val.string.len == y.val.string.len &&
         memcmp(x.val.string.val, y.val.string.val, x.val.string.len) == 0;
}

// One value alone, without its array, where it is a string or a number: most attributes have one.
bool put_single(ObjectBuilder& out, const char* key, JsonbContainer* array) {
  if (JsonContainerSize(array) != 1) return false;
  const uint32 type = array->children[0] & JENTRY_TYPEMASK;
  if (type != JENTRY_ISSTRING && type != JENTRY_ISNUMERIC) return false;
  out.put(key, type, reinterpret_cast<const char*>(&array->children[1]), getJsonbLength(array, 0));
  return true;
}

// An element that differs from the template's of the same tag.
void put_changed(ObjectBuilder& out, const Members& from, int i, JsonbContainer* before) {
  JsonbContainer* element = from.container(i);
  JsonbContainer* array = value_array(element);
  if (array != nullptr && value_array(before) != nullptr && same_vr(element, before)) {
    if (put_single(out, from.key(i), array)) return;
    out.put(from.key(i), JENTRY_ISCONTAINER, reinterpret_cast<char*>(array), container_size(array));
    return;
  }
  uint32 size;
  const char* value = from.value(i, &size);
  out.put(from.key(i), JENTRY_ISCONTAINER, value, size);
}

// {"vr": …, "Value": …} of a template's VR and a difference's value, which stays as it lies: it may be large.
JsonbContainer* make_element(JsonbContainer* before, const Members& difference, int j, uint32* size) {
  JsonbValue vr;
  if (getKeyJsonValueFromContainer(before, "vr", 2, &vr) == nullptr || vr.type != jbvString)
    ereport(ERROR, (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')),
                    errmsg("an element of the template has no VR")));
  constexpr char keys[] = {'v', 'r', 'V', 'a', 'l', 'u', 'e'};
  constexpr uint32 head = 4 + 4 * 4 + sizeof keys;  // of an object with two members
  const bool is_array = difference.type(j) == JENTRY_ISCONTAINER;
  uint32 value_size;
  const char* value = difference.value(j, &value_size);
  const uint32 vr_size = static_cast<uint32>(vr.val.string.len);
  const uint32 end_of_vr = head + vr_size;
  const uint32 at = static_cast<uint32>(INTALIGN(end_of_vr));
  const uint32 array_head = is_array ? 0 : 2 * 4;
  *size = at + array_head + value_size;
  char* bytes = static_cast<char*>(palloc0(*size));
  auto* element = reinterpret_cast<JsonbContainer*>(bytes);
  element->header = JB_FOBJECT | 2;
  element->children[0] = JENTRY_ISSTRING | JENTRY_HAS_OFF | 2;
  element->children[1] = JENTRY_ISSTRING | 5;
  element->children[2] = JENTRY_ISSTRING | vr_size;
  element->children[3] = JENTRY_ISCONTAINER | (*size - end_of_vr);
  memcpy(bytes + head - sizeof keys, keys, sizeof keys);
  memcpy(bytes + head, vr.val.string.val, vr_size);
  if (!is_array) {
    auto* array = reinterpret_cast<JsonbContainer*>(bytes + at);
    array->header = JB_FARRAY | 1;
    array->children[0] = difference.type(j) | JENTRY_HAS_OFF | value_size;
  }
  memcpy(bytes + at + array_head, value, value_size);
  return element;
}

void put_merged(ObjectBuilder& out, const Members& header_template, int i, const Members& difference, int j) {
  if (difference.type(j) == JENTRY_ISNULL) return;
  uint32 size;
  if (difference.type(j) == JENTRY_ISCONTAINER && JsonContainerIsObject(difference.container(j))) {
    const char* value = difference.value(j, &size);
    out.put(difference.key(j), JENTRY_ISCONTAINER, value, size);
    return;
  }
  if (i < 0)
    ereport(ERROR, (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '7')),
                    errmsg("the difference is not one from this template")));
  JsonbContainer* element = make_element(header_template.container(i), difference, j, &size);
  out.put(difference.key(j), JENTRY_ISCONTAINER, reinterpret_cast<char*>(element), size);
}

}  // namespace
}  // namespace pgpacs::pg

using namespace pgpacs::pg;

// dicom.difference(template jsonb, header jsonb) returns jsonb: what attribute.h describes.
Datum pgpacs_difference(PG_FUNCTION_ARGS) {
  Jsonb* first = template_argument(fcinfo);
  Jsonb* second = PG_GETARG_JSONB_P(1);
  const Members before(&first->root, Of::header);
  const Members header(&second->root, Of::header);
  ObjectBuilder out(before.count() + header.count(), VARSIZE(second));
  int i = 0, j = 0;
  while (i < before.count() || j < header.count()) {
    CHECK_FOR_INTERRUPTS();
    const int order = i == before.count()   ? 1
                      : j == header.count() ? -1
                                            : memcmp(before.key(i), header.key(j), key_size);
    if (order < 0) {
      out.put(before.key(i++), JENTRY_ISNULL, nullptr, 0);
    } else if (order > 0) {
      uint32 size;
      const char* value = header.value(j, &size);
      out.put(header.key(j), header.type(j), value, size);
      ++j;
    } else {
      if (!same(before, i, header, j)) put_changed(out, header, j, before.container(i));
      ++i;
      ++j;
    }
  }
  PG_RETURN_JSONB_P(out.finish());
}

// dicom.merge(template jsonb, difference jsonb) returns jsonb: the header again.
Datum pgpacs_merge(PG_FUNCTION_ARGS) {
  Jsonb* first = template_argument(fcinfo);
  Jsonb* second = PG_GETARG_JSONB_P(1);
  const Members before(&first->root, Of::header);
  const Members difference(&second->root, Of::difference);
  // A value grows by less than 48 bytes and a VR when it is made an element again: the VR is the template's.
  ObjectBuilder out(before.count() + difference.count(),
                    VARSIZE(first) + VARSIZE(second) + 48 * static_cast<Size>(difference.count()));
  int i = 0, j = 0;
  while (i < before.count() || j < difference.count()) {
    CHECK_FOR_INTERRUPTS();
    const int order = i == before.count()       ? 1
                      : j == difference.count() ? -1
                                                : memcmp(before.key(i), difference.key(j), key_size);
    if (order < 0) {
      uint32 size;
      const char* value = before.value(i, &size);
      out.put(before.key(i), before.type(i), value, size);
      ++i;
    } else {
      put_merged(out, before, order == 0 ? i++ : -1, difference, j);
      ++j;
    }
  }
  PG_RETURN_JSONB_P(out.finish());
}
