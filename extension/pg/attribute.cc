// The server's headers (attribute.h) come last: border.h says why.
#include <string_view>

#include "extension/dicom/path.h"
#include "extension/pg/border.h"

#include "extension/pg/attribute.h"
#include "extension/pg/call_memory.h"

namespace pgpacs::pg {
namespace {

// Member `key` of an object container; false where it is absent.
bool get_member(JsonbContainer* object, const char* key, int size, JsonbValue* out) {
  return JsonContainerIsObject(object) && getKeyJsonValueFromContainer(object, key, size, out) != nullptr;
}

Values values_of_element(const JsonbValue& element) {
  Values values;
  JsonbValue array;
  if (element.type != jbvBinary || !get_member(element.val.binary.data, "Value", 5, &array)) return values;
  if (array.type != jbvBinary || !JsonContainerIsArray(array.val.binary.data)) return values;
  values.exists = true;
  values.array = array.val.binary.data;
  return values;
}

Values values_of_header(JsonbContainer* header, const char* key) {
  JsonbValue element;
  if (!get_member(header, key, 8, &element)) return {};
  return values_of_element(element);
}

Values values_of_difference(FunctionCallInfo template_of, JsonbContainer* difference, const char* key) {
  JsonbValue own;
  if (!get_member(difference, key, 8, &own))
    return values_of_header(&template_argument(template_of)->root, key);
  Values values;
  if (own.type == jbvNull) return values;
  if (own.type != jbvBinary) {
    values.exists = values.is_scalar = true;
    values.scalar = own;
    return values;
  }
  if (!JsonContainerIsArray(own.val.binary.data)) return values_of_element(own);
  values.exists = true;
  values.array = own.val.binary.data;
  return values;
}

// A data set: a header or an item of a sequence, or a template (of a call) and a difference.
struct DataSet {
  JsonbContainer* container;
  FunctionCallInfo template_of;  // nullptr where `container` is whole, no difference

  Values values(const char* key) const {
    return template_of == nullptr ? values_of_header(container, key)
                                  : values_of_difference(template_of, container, key);
  }
};

bool is_text(const Values& values, std::string_view text) {
  JsonbValue value;
  return values.get(0, &value) && value.type == jbvString &&
         std::string_view(value.val.string.val, static_cast<std::size_t>(value.val.string.len)) == text;
}

// The values of one step. A private one lies in the block that its creator has reserved (PS3.5 7.8.1):
// gggg,00bb has its name, ggggbbee are its elements.
Values values_of_step(const DataSet& data_set, const dicom::PathStep& step) {
  if (step.creator_size == 0) return data_set.values(step.tag.data());
  constexpr char digits[] = "0123456789ABCDEF";
  char creator[8];
  memcpy(creator, step.tag.data(), 4);
  creator[4] = creator[5] = '0';
  for (int block = 0x10; block <= 0xFF; ++block) {
    creator[6] = digits[block >> 4];
    creator[7] = digits[block & 15];
    if (!is_text(data_set.values(creator), step.private_creator())) continue;
    char key[8];
    memcpy(key, step.tag.data(), sizeof key);
    key[4] = creator[6];
    key[5] = creator[7];
    return data_set.values(key);
  }
  return {};
}

Values values_of_path(DataSet data_set, const dicom::Path& path) {
  for (int i = 0;; ++i) {
    const dicom::PathStep& step = path.steps[i];
    const Values values = values_of_step(data_set, step);
    if (i + 1 == path.size) return values;
    JsonbValue item;
    if (step.item > PG_INT32_MAX || !values.get(static_cast<int>(step.item), &item) ||
        item.type != jbvBinary || !JsonContainerIsObject(item.val.binary.data))
      return {};
    data_set = {item.val.binary.data, nullptr};
  }
}

}  // namespace

const dicom::Path& path_argument(FunctionCallInfo fcinfo, int argument) {
  text* name = PG_GETARG_TEXT_PP(argument);
  const char* data = VARDATA_ANY(name);
  const Size size = VARSIZE_ANY_EXHDR(name);
  CallMemory& memory = call_memory(fcinfo);
  if (memory.path_size > 0 && memory.path_size == size && memcmp(memory.path_text, data, size) == 0)
    return memory.path;
  if (size > longest_path)
    ereport(ERROR,
            (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '8')), errmsg("no attribute has so long a path")));
  dicom::Path path;
  raise_unless_ok(protect([&] { path = dicom::parse_path({data, size}); }));
  memcpy(memory.path_text, data, size);
  memory.path_size = size;
  memory.path = path;
  return memory.path;
}

bool Values::get(int i, JsonbValue* out) const {
  if (i >= count()) return false;
  if (is_scalar) {
    *out = scalar;
  } else {
    const JsonbValue* found = getIthJsonbValueFromContainer(array, static_cast<uint32>(i));
    if (found == nullptr) return false;
    *out = *found;
  }
  return out->type != jbvNull;
}

uint32 container_size(JsonbContainer* array) {
  const int count = static_cast<int>(JsonContainerSize(array));
  const uint32 entries = 4 + 4 * static_cast<uint32>(count);
  return count == 0 ? entries : entries + getJsonbOffset(array, count - 1) + getJsonbLength(array, count - 1);
}

Values find_values(Jsonb* header, const dicom::Path& path) {
  return values_of_path({&header->root, nullptr}, path);
}

Values find_values(FunctionCallInfo template_of, Jsonb* difference, const dicom::Path& path) {
  return values_of_path({&difference->root, template_of}, path);
}

}  // namespace pgpacs::pg
